/** LoadGen's percentiles, as it prints them. */
export const percentileNames = ['50.00', '90.00', '95.00', '97.00', '99.00', '99.90'] as const;
