package io.edgeai.placement.model;

/**
 * What a site charges, in one currency for all sites of a problem.
 *
 * @param perNodeHour for a whole node, charged in proportion to the largest share a replica reserves
 * @param perCoreHour for each reserved core
 * @param perAcceleratorHour for each reserved accelerator, in proportion to the share
 * @param perEgressGigabyte for each 10⁹ bytes that leave the site
 * @param perKilowattHour for each kilowatt-hour that replicas draw, their part of idle power included
 */
public record Price(
        double perNodeHour,
        double perCoreHour,
        double perAcceleratorHour,
        double perEgressGigabyte,
        double perKilowattHour) {
    public static final Price FREE = new Price(0, 0, 0, 0);

    public Price {
        Require.nonNegative("Price per node-hour", perNodeHour);
        Require.nonNegative("Price per core-hour", perCoreHour);
        Require.nonNegative("Price per accelerator-hour", perAcceleratorHour);
        Require.nonNegative("Price per egress gigabyte", perEgressGigabyte);
        Require.nonNegative("Price per kilowatt-hour", perKilowattHour);
    }

    /** Without a price for power. */
    public Price(double perNodeHour, double perCoreHour, double perAcceleratorHour, double perEgressGigabyte) {
        this(perNodeHour, perCoreHour, perAcceleratorHour, perEgressGigabyte, 0);
    }

    /** The means over time where a rate changes by the hour. */
    Price averaging(HourlyRates hourly) {
        return new Price(
                hourly.mean(Rate.NODE_HOUR, perNodeHour),
                hourly.mean(Rate.CORE_HOUR, perCoreHour),
                hourly.mean(Rate.ACCELERATOR_HOUR, perAcceleratorHour),
                perEgressGigabyte,
                hourly.mean(Rate.KILOWATT_HOUR, perKilowattHour));
    }
}
