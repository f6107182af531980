package io.edgeai.placement.model;

import io.edgeai.core.error.InvalidInputException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Round-trip times and bandwidths between origins and sites. A link that was given wins; otherwise the time is
 * estimated from coordinates as
 *
 * <pre>rtt [ms] = access + 2 · kilometres · stretch / 200</pre>
 *
 * (light covers 200 km per millisecond in fibre; defaults: access 1 ms, stretch 2). An origin of a site's name is where
 * that site is, unless it has coordinates of its own. An origin that has neither is not reachable: its round-trip time is
 * infinite. Immutable and thread-safe.
 */
public final class Network {
    private static final double FIBRE_KM_PER_MILLI = 200;

    private final Map<String, Map<String, Double>> rttMillis;
    private final Map<String, Double> siteMegabits;
    private final double defaultMegabits;
    private final double accessMillis;
    private final double stretch;
    private final Map<String, Coordinates> places;

    private Network(Network links, Map<String, Coordinates> places) {
        this.rttMillis = links.rttMillis;
        this.siteMegabits = links.siteMegabits;
        this.defaultMegabits = links.defaultMegabits;
        this.accessMillis = links.accessMillis;
        this.stretch = links.stretch;
        this.places = Map.copyOf(places);
    }

    private Network(Builder builder) {
        Map<String, Map<String, Double>> copy = new HashMap<>();
        builder.rttMillis.forEach((origin, row) -> copy.put(origin, Map.copyOf(row)));
        this.rttMillis = Map.copyOf(copy);
        this.siteMegabits = Map.copyOf(builder.siteMegabits);
        this.defaultMegabits = builder.defaultMegabits;
        this.accessMillis = builder.accessMillis;
        this.stretch = builder.stretch;
        this.places = Map.of();
    }

    /** The same links, for origins that go by the name of a site too. */
    Network knowing(List<Site> sites) {
        Map<String, Coordinates> known = new HashMap<>(places);
        sites.forEach(site -> site.coordinates().ifPresent(at -> known.put(site.id(), at)));
        return new Network(this, known);
    }

    /** Estimates every link from coordinates with the defaults. */
    public static Network ofCoordinates() {
        return builder().build();
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Round-trip time in milliseconds; {@link Double#POSITIVE_INFINITY} where no link is known. */
    public double rttMillis(Origin origin, Site site) {
        Map<String, Double> row = rttMillis.get(origin.name());
        if (row != null) {
            Double given = row.get(site.id());
            if (given != null) {
                return given;
            }
        }
        Coordinates from = origin.coordinates().orElse(places.get(origin.name()));
        if (from != null && site.coordinates().isPresent()) {
            double kilometres = from.kilometresTo(site.coordinates().get());
            return accessMillis + 2 * kilometres * stretch / FIBRE_KM_PER_MILLI;
        }
        if (origin.coordinates().isEmpty() && origin.name().equals(site.id())) {
            return accessMillis;
        }
        return Double.POSITIVE_INFINITY;
    }

    /** Bandwidth of a site's link in 10⁶ bits per second; default 1000. */
    public double megabitsPerSecond(Site site) {
        Double given = siteMegabits.get(site.id());
        return given == null ? defaultMegabits : given;
    }

    /** The given round-trip times in milliseconds by origin and site, sorted by name. */
    public Map<String, Map<String, Double>> links() {
        Map<String, Map<String, Double>> sorted = new TreeMap<>();
        rttMillis.forEach((origin, row) -> sorted.put(origin, new TreeMap<>(row)));
        return sorted;
    }

    /** The given bandwidths in 10⁶ bits per second by site, sorted by name. */
    public Map<String, Double> bandwidths() {
        return new TreeMap<>(siteMegabits);
    }

    /** Bandwidth in 10⁶ bits per second where none was given. */
    public double defaultBandwidth() {
        return defaultMegabits;
    }

    /** What every estimated link adds, in milliseconds. */
    public double accessMillis() {
        return accessMillis;
    }

    /** How much longer cables are than the great circle. */
    public double stretch() {
        return stretch;
    }

    /** Where an origin is from which links are estimated: by its own coordinates, else by those of a site of its name. */
    public Optional<Coordinates> placeOf(Origin origin) {
        return origin.coordinates().or(() -> Optional.ofNullable(places.get(origin.name())));
    }

    /** Equal where every link comes out the same. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Network network
                && rttMillis.equals(network.rttMillis)
                && siteMegabits.equals(network.siteMegabits)
                && places.equals(network.places)
                && defaultMegabits == network.defaultMegabits
                && accessMillis == network.accessMillis
                && stretch == network.stretch;
    }

    @Override
    public int hashCode() {
        return Objects.hash(rttMillis, siteMegabits, places, defaultMegabits, accessMillis, stretch);
    }

    /** Collects links. */
    public static final class Builder {
        private final Map<String, Map<String, Double>> rttMillis = new HashMap<>();
        private final Map<String, Double> siteMegabits = new HashMap<>();
        private double defaultMegabits = 1000;
        private double accessMillis = 1;
        private double stretch = 2;

        private Builder() {}

        public Builder rtt(String origin, String site, double millis) {
            rttMillis
                    .computeIfAbsent(origin, name -> new HashMap<>())
                    .put(site, Require.nonNegative("Round-trip time from (" + origin + ") to (" + site + ")", millis));
            return this;
        }

        /** Adds a whole matrix in milliseconds: one row per origin, one column per site. */
        public Builder matrix(List<String> origins, List<String> sites, double[][] millis) {
            if (millis.length != origins.size()) {
                throw new InvalidInputException("Matrix has (" + millis.length + ") rows for (" + origins.size()
                        + ") origins. Maybe rows and columns are swapped?");
            }
            for (int i = 0; i < millis.length; i++) {
                if (millis[i].length != sites.size()) {
                    throw new InvalidInputException("Row (" + i + ") of the matrix has (" + millis[i].length
                            + ") columns for (" + sites.size() + ") sites.");
                }
                for (int j = 0; j < millis[i].length; j++) {
                    rtt(origins.get(i), sites.get(j), millis[i][j]);
                }
            }
            return this;
        }

        public Builder bandwidth(String site, double megabitsPerSecond) {
            siteMegabits.put(site, Require.positive("Bandwidth of (" + site + ")", megabitsPerSecond));
            return this;
        }

        public Builder defaultBandwidth(double megabitsPerSecond) {
            this.defaultMegabits = Require.positive("Default bandwidth", megabitsPerSecond);
            return this;
        }

        /** Time that every estimated link adds, whatever the distance; default 1 ms. */
        public Builder accessMillis(double millis) {
            this.accessMillis = Require.nonNegative("Access time", millis);
            return this;
        }

        /** How much longer cables are than the great circle; at least 1, default 2. */
        public Builder stretch(double factor) {
            if (!(factor >= 1) || Double.isInfinite(factor)) {
                throw new InvalidInputException("Stretch (" + factor + ") must be a finite number of at least 1.");
            }
            this.stretch = factor;
            return this;
        }

        public Network build() {
            return new Network(this);
        }
    }
}
