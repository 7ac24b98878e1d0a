"""Pure numbers: forecasts, trends, causes and orders from a long panel of daily sales.

Import the module that is needed (`forecasting.engine`, `forecasting.trend`, ...): this package itself loads
neither torch nor statsforecast nor lightgbm.
"""
