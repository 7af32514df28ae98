"""`counterfoil foxpro`: looks at FoxPro tables, checks them and proves the share that they lie on."""
