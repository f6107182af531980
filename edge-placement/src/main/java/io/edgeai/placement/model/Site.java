package io.edgeai.placement.model;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Digest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A place with hardware where models can run. Immutable.
 *
 * @param id unique within a problem
 * @param region where its data counts as being, e.g. {@code "eu-de"}; compared exactly
 * @param coordinates where it stands, if known
 * @param nodes its machines, at least one
 * @param price what it charges; the mean over time of what changes by the hour
 * @param power what it draws, with the mean carbon over time
 * @param availability share of the time it is up, 0 to 1
 * @param labels properties workloads may require
 * @param trainingData what it holds for federated learning
 * @param hourly prices and carbon that change by the hour
 * @param artifacts models it holds already
 */
public record Site(
        String id,
        String region,
        Optional<Coordinates> coordinates,
        List<Node> nodes,
        Price price,
        Power power,
        double availability,
        Set<String> labels,
        TrainingData trainingData,
        HourlyRates hourly,
        Artifacts artifacts) {
    public Site {
        Require.text("Site id", id);
        Require.share("Availability of site (" + id + ")", availability);
        nodes = List.copyOf(nodes);
        labels = Set.copyOf(labels);
        price = price.averaging(hourly);
        power = power.averaging(hourly);
        hourly = hourly.varying();
        if (nodes.isEmpty()) {
            throw new InvalidInputException("Site (" + id + ") has no nodes. Maybe call cpuCores and memoryBytes.");
        }
        Set<String> names = new HashSet<>();
        for (Node node : nodes) {
            if (!names.add(node.name())) {
                throw new InvalidInputException("Site (" + id + ") has two nodes named (" + node.name() + ").");
            }
        }
    }

    /** Without prices or carbon by the hour. */
    public Site(
            String id,
            String region,
            Optional<Coordinates> coordinates,
            List<Node> nodes,
            Price price,
            Power power,
            double availability,
            Set<String> labels,
            TrainingData trainingData) {
        this(id, region, coordinates, nodes, price, power, availability, labels, trainingData, HourlyRates.NONE);
    }

    /** Without models of which it is known that it holds them. */
    public Site(
            String id,
            String region,
            Optional<Coordinates> coordinates,
            List<Node> nodes,
            Price price,
            Power power,
            double availability,
            Set<String> labels,
            TrainingData trainingData,
            HourlyRates hourly) {
        this(id, region, coordinates, nodes, price, power, availability, labels, trainingData, hourly, Artifacts.NONE);
    }

    public static Builder builder(String id) {
        return new Builder(id);
    }

    /** The same site, holding models of these digests too, e.g. those that an agent's {@code artifacts()} lists. */
    public Site holding(Collection<Digest> digests) {
        return toBuilder().holding(new Artifacts(Set.of(), Set.copyOf(digests))).build();
    }

    /** A builder that starts with all of this site's figures. */
    public Builder toBuilder() {
        Builder builder = new Builder(id);
        builder.region = region;
        builder.coordinates = coordinates;
        builder.nodes.addAll(nodes);
        builder.price = price;
        builder.power = power;
        builder.availability = availability;
        builder.labels.addAll(labels);
        builder.trainingData = trainingData;
        builder.hourly = hourly;
        builder.artifacts = artifacts;
        return builder;
    }

    /**
     * Collects a site. Either add {@link #node nodes}, or give plain capacities, which become one node named {@code
     * "main"}. Defaults: 0 cores, 0 bytes of memory, unlimited disk, hardware {@code "cpu"} at 10 giga-MAC/s per core,
     * free, no power figures, availability 1.
     */
    public static final class Builder {
        private final String id;
        private String region = "";
        private Optional<Coordinates> coordinates = Optional.empty();
        private final List<Node> nodes = new ArrayList<>();
        private final List<Accelerator> accelerators = new ArrayList<>();
        private long cpuMillis = -1;
        private long memoryBytes = -1;
        private long diskBytes = Long.MAX_VALUE;
        private String hardware = "cpu";
        private double gigaMacsPerSecondPerCore = 10;
        private Price price = Price.FREE;
        private Power power = Power.UNKNOWN;
        private double availability = 1;
        private final Set<String> labels = new HashSet<>();
        private TrainingData trainingData = TrainingData.NONE;
        private HourlyRates hourly = HourlyRates.NONE;
        private Artifacts artifacts = Artifacts.NONE;
        private Schedule on = Schedule.always();

        private Builder(String id) {
            this.id = Require.text("Site id", id);
        }

        public Builder region(String region) {
            this.region = Require.text("Region of site (" + id + ")", region);
            return this;
        }

        public Builder at(double latitude, double longitude) {
            this.coordinates = Optional.of(new Coordinates(latitude, longitude));
            return this;
        }

        public Builder cpuCores(double cores) {
            return cpuMillis(Math.round(Require.nonNegative("Cores of site (" + id + ")", cores) * 1000));
        }

        public Builder cpuMillis(long millis) {
            this.cpuMillis = Require.nonNegative("CPU of site (" + id + ")", millis);
            return this;
        }

        public Builder memoryBytes(long bytes) {
            this.memoryBytes = Require.nonNegative("Memory of site (" + id + ")", bytes);
            return this;
        }

        public Builder diskBytes(long bytes) {
            this.diskBytes = Require.nonNegative("Disk of site (" + id + ")", bytes);
            return this;
        }

        /** Kind of processor, as measurements of variants name it. */
        public Builder hardware(String kind) {
            this.hardware = Require.text("Hardware of site (" + id + ")", kind);
            return this;
        }

        /** Sustained 10⁹ multiply-adds per second of one core. */
        public Builder gigaMacsPerSecondPerCore(double speed) {
            this.gigaMacsPerSecondPerCore = Require.nonNegative("Speed of site (" + id + ")", speed);
            return this;
        }

        /** Adds {@code count} equal devices to the node that the plain capacities describe. */
        public Builder accelerators(int count, Accelerator device) {
            for (int i = 0; i < count; i++) {
                accelerators.add(device);
            }
            return this;
        }

        public Builder node(Node node) {
            nodes.add(node);
            return this;
        }

        public Builder price(Price price) {
            this.price = price;
            return this;
        }

        public Builder pricePerCoreHour(double price) {
            return price(new Price(0, price, 0, 0));
        }

        public Builder power(Power power) {
            this.power = power;
            return this;
        }

        public Builder availability(double share) {
            this.availability = Require.share("Availability of site (" + id + ")", share);
            return this;
        }

        public Builder label(String label) {
            labels.add(Require.text("Label of site (" + id + ")", label));
            return this;
        }

        /** Says that the site holds samples and its owner agreed to federated learning. */
        public Builder trainingData(long samples) {
            return trainingData(new TrainingData(samples, true));
        }

        public Builder trainingData(TrainingData data) {
            this.trainingData = data;
            return this;
        }

        /**
         * Adds models that the site holds, so that none of their bytes have to be sent: names of variants, or digests as
         * {@code "sha256:…"}.
         */
        public Builder holding(String... namesOrDigests) {
            return holding(Artifacts.of(List.of(namesOrDigests)));
        }

        /** Adds models that the site holds. */
        public Builder holding(Artifacts more) {
            this.artifacts = artifacts.and(more);
            return this;
        }

        /** A price or the carbon by the hour, in place of the constant one. */
        public Builder hourly(Rate rate, HourlyProfile profile) {
            this.hourly = hourly.with(rate, profile);
            return this;
        }

        /** When the node that the plain capacities describe is switched on; always by default. */
        public Builder on(Schedule times) {
            this.on = times;
            return this;
        }

        /** @throws InvalidInputException listing every problem of the combination */
        public Site build() {
            boolean plain = cpuMillis >= 0
                    || memoryBytes >= 0
                    || diskBytes != Long.MAX_VALUE
                    || !hardware.equals("cpu")
                    || gigaMacsPerSecondPerCore != 10
                    || !accelerators.isEmpty()
                    || !on.isAlways();
            if (plain && !nodes.isEmpty()) {
                throw new InvalidInputException("Site (" + id + ") has both nodes (" + nodes.size()
                        + ") and plain capacities. Maybe describe the plain capacities as one more node.");
            }
            List<Node> all = nodes.isEmpty()
                    ? List.of(new Node(
                            "main",
                            Math.max(0, cpuMillis),
                            Math.max(0, memoryBytes),
                            diskBytes,
                            hardware,
                            gigaMacsPerSecondPerCore,
                            accelerators,
                            on,
                            HourlyRates.NONE))
                    : nodes;
            return new Site(
                    id, region, coordinates, all, price, power, availability, labels, trainingData, hourly, artifacts);
        }
    }
}
