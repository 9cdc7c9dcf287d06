import fc from 'fast-check';

/** Same cases in every run, so that a red run can be repeated; FC_SEED=1234 looks at others. */
fc.configureGlobal({ seed: Number(process.env['FC_SEED'] ?? 20231213) });
