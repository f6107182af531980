package io.edgeai.placement.cost;

import io.edgeai.placement.model.HourlyProfile;
import io.edgeai.placement.model.HourlyRates;
import io.edgeai.placement.model.Price;
import io.edgeai.placement.model.Rate;
import io.edgeai.placement.model.Schedule;
import io.edgeai.placement.model.Site;

/** What a node charges while a workload runs, as the mean over all time: while it does not run, nothing. */
record MeanRates(
        double nodeHour,
        double coreHour,
        double acceleratorHour,
        double egressGigabyte,
        double kilowattHour,
        double carbon) {

    /** A node's own rates win over its site's that change by the hour, those over the site's constant ones. */
    static MeanRates of(Site site, HourlyRates own, Schedule runs) {
        Price price = site.price();
        if (runs.isAlways()
                && own.profiles().isEmpty()
                && site.hourly().profiles().isEmpty()) {
            return new MeanRates(
                    price.perNodeHour(),
                    price.perCoreHour(),
                    price.perAcceleratorHour(),
                    price.perEgressGigabyte(),
                    price.perKilowattHour(),
                    site.power().gramsPerKilowattHour());
        }
        return new MeanRates(
                mean(site, own, runs, Rate.NODE_HOUR, price.perNodeHour()),
                mean(site, own, runs, Rate.CORE_HOUR, price.perCoreHour()),
                mean(site, own, runs, Rate.ACCELERATOR_HOUR, price.perAcceleratorHour()),
                price.perEgressGigabyte() * runs.share(),
                mean(site, own, runs, Rate.KILOWATT_HOUR, price.perKilowattHour()),
                mean(site, own, runs, Rate.CARBON, site.power().gramsPerKilowattHour()));
    }

    private static double mean(Site site, HourlyRates own, Schedule runs, Rate rate, double constant) {
        HourlyProfile profile = own.of(rate).or(() -> site.hourly().of(rate)).orElse(null);
        return profile == null ? constant * runs.share() : profile.meanDuring(runs);
    }
}
