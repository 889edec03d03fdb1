/** The style sheet of a report: light and dark, one column on a screen, A4 on paper. No font, picture or script is fetched. */
export const STYLE = `
:root{color-scheme:light dark;--paper:#fff;--ground:#f4f5f7;--ink:#1a2130;--soft:#586174;--line:#d9dde5;--head:#eef1f6;
--captured:#2563a8;--released:#8a94a6;--lapsed:#c2742e;--held:#c9dcf2;--net:#0d1526;--good:#1b7a43;--good-ground:#e6f4ec;--bad:#b3261e;--bad-ground:#fbe9e7;--warn:#8a5a00;--warn-ground:#fff3d6}
@media (prefers-color-scheme:dark){:root{--paper:#161b24;--ground:#0e1218;--ink:#e6e9ef;--soft:#9aa4b5;--line:#2d3543;--head:#1e2531;
--captured:#5b9be6;--released:#78839a;--lapsed:#d98a45;--held:#2a3f5c;--net:#fff;--good:#6fd09a;--good-ground:#15301f;--bad:#ff8a80;--bad-ground:#3a1917;--warn:#f2c14e;--warn-ground:#33270d}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--ground);color:var(--ink);font:15px/1.5 "Helvetica Neue",Arial,"Liberation Sans","DejaVu Sans",sans-serif}
main{max-width:1060px;margin:24px auto;padding:40px 48px 48px;background:var(--paper);border:1px solid var(--line);border-radius:10px}
h1{font-size:27px;line-height:1.2;margin:2px 0 6px;overflow-wrap:anywhere}
h2{font-size:18px;line-height:1.3;margin:38px 0 10px;padding-top:14px;border-top:1px solid var(--line)}
h3{font-size:15px;margin:20px 0 6px}
p{margin:0 0 10px}
.kind{margin:0;color:var(--soft);font-size:12px;letter-spacing:.09em;text-transform:uppercase;font-weight:600}
.sub{color:var(--soft);margin:0 0 18px;overflow-wrap:anywhere}
.none{color:var(--soft)}
.banner{display:flex;gap:14px;align-items:baseline;padding:12px 16px;border-radius:8px;margin:0 0 22px;border:1px solid}
.banner strong{white-space:nowrap}
.banner.good{background:var(--good-ground);border-color:var(--good)}.banner.good strong{color:var(--good)}
.banner.bad{background:var(--bad-ground);border-color:var(--bad)}.banner.bad strong{color:var(--bad)}
.sums{display:grid;grid-template-columns:repeat(4,1fr);gap:1px;margin:0 0 22px;background:var(--line);border:1px solid var(--line);border-radius:8px;overflow:hidden}
.sums div{background:var(--paper);padding:11px 14px}
.sums dt{color:var(--soft);font-size:12.5px}.sums dd{margin:1px 0 0;font-size:18px;font-weight:600;font-variant-numeric:tabular-nums}
.sums .main dd{color:var(--captured)}
dl.facts{display:grid;grid-template-columns:max-content 1fr;gap:3px 22px;margin:0}
dl.facts dt{color:var(--soft)}dl.facts dd{margin:0;overflow-wrap:anywhere}
table{width:100%;border-collapse:collapse;font-size:13.5px;margin:0 0 6px}
caption{text-align:left;color:var(--soft);padding:0 0 6px}
th,td{text-align:left;vertical-align:top;padding:6px 12px 6px 0;border-bottom:1px solid var(--line);overflow-wrap:anywhere}
th:last-child,td:last-child{padding-right:0}
thead th{white-space:nowrap;font-size:12px;color:var(--soft);font-weight:600;border-bottom:2px solid var(--line)}
tbody th{font-weight:600}
.num+td:not(.num),.num+th:not(.num){padding-left:8px}
.num{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.when{white-space:nowrap;font-variant-numeric:tabular-nums}
code,.mono{font:12.5px/1.45 ui-monospace,"SF Mono",Menlo,Consolas,"Liberation Mono","DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
small{color:var(--soft);font-size:12.5px;font-weight:400}
.pill{display:inline-block;padding:0 8px;border-radius:9px;font-size:12px;line-height:18px;font-weight:600;white-space:nowrap;background:var(--head);color:var(--soft)}
.pill.approved,.pill.pass{background:var(--good-ground);color:var(--good)}
.pill.declined,.pill.reversed,.pill.fail{background:var(--bad-ground);color:var(--bad)}
.pill.unknown,.pill.pending,.pill.observed,.pill.open{background:var(--warn-ground);color:var(--warn)}
.chart{margin:0}.chart>svg{display:block;width:100%;height:auto}
.area.captured{fill:var(--captured)}.area.released{fill:var(--released)}.area.lapsed{fill:var(--lapsed)}.area.held{fill:var(--held)}
polyline.halo{fill:none;stroke:var(--paper);stroke-width:4.5;opacity:.75}
polyline.net,line.net{fill:none;stroke:var(--net);stroke-width:2;stroke-dasharray:5 3}
.grid{stroke:var(--line);stroke-width:1}.axis{stroke:var(--soft);stroke-width:1}
.tick{font-size:12px;fill:var(--soft)}.tick.day{font-weight:600}
.legend{display:flex;flex-wrap:wrap;gap:4px 20px;list-style:none;margin:8px 0 6px;padding:0;font-size:13px}
.key{width:22px;height:12px;margin-right:7px;vertical-align:-1px}
figcaption p{font-size:12.5px;color:var(--soft)}
.story{border-left:3px solid var(--warn);padding:2px 0 2px 14px;margin:0 0 14px}
.story p{margin:0 0 4px}
footer{margin-top:34px;padding-top:12px;border-top:1px solid var(--line);color:var(--soft);font-size:12.5px}
@media screen and (max-width:760px){.tick{font-size:16px}main{margin:0;padding:22px 16px;border:0;border-radius:0}.sums{grid-template-columns:repeat(2,1fr)}.scroll{overflow-x:auto}.scroll table{min-width:820px}}
@page{size:A4;margin:14mm 13mm 16mm;@bottom-right{content:counter(page) " / " counter(pages);font:9px Arial,sans-serif;color:#586174}}
@media print{:root{color-scheme:light;--paper:#fff;--ground:#fff;--ink:#1a2130;--soft:#4c5466;--line:#cfd4dd;--head:#eef1f6;--captured:#2563a8;--released:#8a94a6;--lapsed:#c2742e;--held:#c9dcf2;--net:#0d1526;--good:#1b7a43;--good-ground:#e6f4ec;--bad:#b3261e;--bad-ground:#fbe9e7;--warn:#8a5a00;--warn-ground:#fff3d6}
body{font-size:10.5px;-webkit-print-color-adjust:exact;print-color-adjust:exact}main{max-width:none;margin:0;padding:0;border:0}
h1{font-size:20px}h2{font-size:13.5px;margin:18px 0 6px;padding-top:8px;break-after:avoid}h3{font-size:11px;break-after:avoid}
table{font-size:9.3px}th,td{padding:3px 8px 3px 0}thead{display:table-header-group}thead th,.tick,small,figcaption p,footer,.pill,.kind{font-size:8.6px}
.tick{font-size:14px}.sums{grid-template-columns:repeat(4,1fr)}code,.mono{font-size:8.6px}.sums dd{font-size:13px}.sums dt{font-size:9px}.sums div{padding:6px 10px}.legend{font-size:9.3px}
tr,.story,.chart,.sums,.banner{break-inside:avoid}.pill{line-height:13px}}
`;
