package io.edgeai.placement.model;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * Prices and carbon that change by the hour. What is not given here is as it is elsewhere: of a node as its site says, of
 * a site as its price and power figures say. Immutable.
 *
 * @param profiles by what they are of
 */
public record HourlyRates(Map<Rate, HourlyProfile> profiles) {
    public static final HourlyRates NONE = new HourlyRates(Map.of());

    public HourlyRates {
        profiles = Map.copyOf(profiles);
    }

    /** These with one more, or another one. */
    public HourlyRates with(Rate rate, HourlyProfile profile) {
        Map<Rate, HourlyProfile> more = new EnumMap<>(Rate.class);
        more.putAll(profiles);
        more.put(rate, profile);
        return new HourlyRates(more);
    }

    public Optional<HourlyProfile> of(Rate rate) {
        return Optional.ofNullable(profiles.get(rate));
    }

    /** The mean over time of a rate, or what it is elsewhere. */
    double mean(Rate rate, double elsewhere) {
        HourlyProfile profile = profiles.get(rate);
        return profile == null ? elsewhere : profile.mean();
    }

    /** Those that are not the same at all hours. */
    HourlyRates varying() {
        Map<Rate, HourlyProfile> kept = new EnumMap<>(Rate.class);
        profiles.forEach((rate, profile) -> {
            if (!profile.constant()) {
                kept.put(rate, profile);
            }
        });
        return kept.size() == profiles.size() ? this : new HourlyRates(kept);
    }
}
