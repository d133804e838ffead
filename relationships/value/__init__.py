"""What clients who buy without a contract will buy: BG/NBD for purchases, Gamma-Gamma for what one is worth."""
