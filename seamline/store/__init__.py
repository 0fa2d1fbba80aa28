"""Where things are kept: four ports and the engines behind them."""
