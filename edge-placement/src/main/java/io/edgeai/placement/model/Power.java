package io.edgeai.placement.model;

import io.edgeai.core.error.InvalidInputException;

/**
 * Electrical power of one node of a site, all figures at the plug.
 *
 * @param idleWatts node switched on, nothing running
 * @param busyWatts all cores busy, accelerators idle; at least {@code idleWatts}
 * @param acceleratorWatts what one busy accelerator adds
 * @param gramsPerKilowattHour carbon intensity of the site's electricity in gCO₂ per kWh
 */
public record Power(double idleWatts, double busyWatts, double acceleratorWatts, double gramsPerKilowattHour) {
    public static final Power UNKNOWN = new Power(0, 0, 0, 0);

    public Power {
        Require.nonNegative("Idle power in watts", idleWatts);
        Require.nonNegative("Busy power in watts", busyWatts);
        Require.nonNegative("Accelerator power in watts", acceleratorWatts);
        Require.nonNegative("Carbon intensity in gCO2/kWh", gramsPerKilowattHour);
        if (busyWatts < idleWatts) {
            throw new InvalidInputException("Busy power (" + busyWatts + " W) is below idle power (" + idleWatts
                    + " W). Maybe the two are swapped?");
        }
    }

    /** The mean carbon over time where it changes by the hour. */
    Power averaging(HourlyRates hourly) {
        return new Power(idleWatts, busyWatts, acceleratorWatts, hourly.mean(Rate.CARBON, gramsPerKilowattHour));
    }
}
