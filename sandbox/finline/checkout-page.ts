/** The page that a customer is sent to; it shows two buttons, which are admin calls. */

const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

export const checkoutPage = (orderId: string): string => {
  const button = (outcome: string, label: string): string =>
    `<form method="post" action="/admin/checkout/${encodeURIComponent(orderId)}/${outcome}"><button>${label}</button></form>`;
  return [
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>finline twin</title>',
    `<h1>Order ${escaped(orderId)}</h1>`,
    button('complete', 'Pay'),
    button('abandon', 'Give up'),
    '</html>',
  ].join('\n');
};
