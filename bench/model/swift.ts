import { registerHooks } from 'node:module';

const SWIFT = new URL('./swift-fold.ts', import.meta.url).href;

/** From here on the core that is loaded folds by `swift-fold.ts`. The checks keep the machine's own fold. */
export function foldSwiftly(): void {
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === './fold.ts' && /\/machines\/core[^/]*\.ts$/.test(context.parentURL ?? '')
        ? next(SWIFT, context)
        : next(specifier, context),
  });
}
