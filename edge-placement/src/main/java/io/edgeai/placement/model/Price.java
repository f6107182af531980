package io.edgeai.placement.model;

/**
 * What a site charges, in one currency for all sites of a problem.
 *
 * @param perNodeHour for a whole node, charged in proportion to the largest share a replica reserves
 * @param perCoreHour for each reserved core
 * @param perAcceleratorHour for each reserved accelerator, in proportion to the share
 * @param perEgressGigabyte for each 10⁹ bytes that leave the site
 */
public record Price(double perNodeHour, double perCoreHour, double perAcceleratorHour, double perEgressGigabyte) {
    public static final Price FREE = new Price(0, 0, 0, 0);

    public Price {
        Require.nonNegative("Price per node-hour", perNodeHour);
        Require.nonNegative("Price per core-hour", perCoreHour);
        Require.nonNegative("Price per accelerator-hour", perAcceleratorHour);
        Require.nonNegative("Price per egress gigabyte", perEgressGigabyte);
    }
}
