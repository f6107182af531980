package io.edgeai.placement;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.StorageException;
import io.edgeai.core.model.Digest;
import io.edgeai.placement.model.Accelerator;
import io.edgeai.placement.model.AcceleratorNeed;
import io.edgeai.placement.model.Artifacts;
import io.edgeai.placement.model.Coordinates;
import io.edgeai.placement.model.Demand;
import io.edgeai.placement.model.HourlyRates;
import io.edgeai.placement.model.Network;
import io.edgeai.placement.model.Node;
import io.edgeai.placement.model.Origin;
import io.edgeai.placement.model.Policy;
import io.edgeai.placement.model.Power;
import io.edgeai.placement.model.Price;
import io.edgeai.placement.model.Site;
import io.edgeai.placement.model.Spread;
import io.edgeai.placement.model.Topology;
import io.edgeai.placement.model.TrainingData;
import io.edgeai.placement.model.Variant;
import io.edgeai.placement.model.Workload;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Reads and writes placement problems by the schema {@code docs/cli/placement-problem.schema.json}. Files may have 32 MiB and 16
 * levels; unknown and doubled fields are errors. Every complaint names the JSON path. Thread-safe.
 */
public final class PlacementProblemJson {
    /** Longest file in bytes. */
    public static final int MAX_BYTES = 32 << 20;

    static final int MAX_DEVICES = 1024;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(16)
                            .maxStringLength(10_000)
                            .maxNumberLength(100)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private PlacementProblemJson() {}

    /**
     * Reads a file.
     *
     * @throws InvalidInputException where it is not such a problem
     * @throws StorageException where it cannot be read
     */
    public static PlacementProblem read(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new InvalidInputException("Problem file (" + file + ") is longer than " + MAX_BYTES + " bytes.");
            }
            return read(Files.readString(file));
        } catch (CharacterCodingException e) {
            throw new InvalidInputException("Problem file (" + file + ") is not UTF-8 text.", e);
        } catch (IOException e) {
            throw new StorageException("Cannot read problem file (" + file + "). Maybe the path is wrong?", e);
        }
    }

    /** Reads a text; see {@link #read(Path)}. */
    public static PlacementProblem read(String json) {
        if (json.length() > MAX_BYTES) {
            throw new InvalidInputException("Problem is longer than " + MAX_BYTES + " characters.");
        }
        try {
            JsonView root = JsonView.object(MAPPER.readTree(json), "$").only("sites", "network", "workloads");
            List<Site> sites = root.objects("sites", PlacementProblemJson::site);
            Network network = root.has("network") ? network(root.object("network")) : Network.ofCoordinates();
            List<Workload> workloads = root.objects("workloads", PlacementProblemJson::workload);
            return root.located(() -> new PlacementProblem(workloads, new Topology(sites, network)));
        } catch (JsonView.LocatedException e) {
            throw e.complaint();
        } catch (JsonProcessingException e) {
            String where = e.getLocation() == null
                    ? ""
                    : " at line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr();
            throw new InvalidInputException("Problem is not JSON" + where + ": " + e.getOriginalMessage() + ".", e);
        }
    }

    /**
     * Writes a problem; what is as it is by default is left out. What {@link #read(String)} makes of it equals the
     * problem, save for latency bounds of more than 26 days, which may come back some nanoseconds off.
     */
    public static String write(PlacementProblem problem) {
        return ProblemWriter.write(problem);
    }

    private static Site site(JsonView json) {
        json.only(
                "id",
                "region",
                "coordinates",
                "availability",
                "labels",
                "price",
                "power",
                "trainingData",
                "holds",
                "nodes",
                "cpuMillis",
                "memoryBytes",
                "diskBytes",
                "hardware",
                "gigaMacsPerSecondPerCore",
                "accelerators",
                "on");
        List<Node> nodes = json.objects("nodes", node -> {
            node.only(
                    "name",
                    "cpuMillis",
                    "memoryBytes",
                    "diskBytes",
                    "hardware",
                    "gigaMacsPerSecondPerCore",
                    "accelerators",
                    "on",
                    "price",
                    "power");
            return node(node, node.text("name"), HoursJson.ofNode(node));
        });
        boolean plain = json.has("cpuMillis") || json.has("memoryBytes") || json.has("accelerators") || json.has("on");
        if (plain && !nodes.isEmpty()) {
            throw new InvalidInputException("Site (" + json.text("id")
                    + ") has both nodes and plain capacities. Maybe describe the plain capacities as one more node.");
        }
        return new Site(
                json.text("id"),
                json.text("region", ""),
                coordinates(json),
                nodes.isEmpty() ? List.of(node(json, "main", HourlyRates.NONE)) : nodes,
                json.has("price") ? price(json.object("price")) : Price.FREE,
                json.has("power") ? power(json.object("power")) : Power.UNKNOWN,
                json.number("availability", 1),
                new HashSet<>(json.texts("labels")),
                json.has("trainingData") ? trainingData(json.object("trainingData")) : TrainingData.NONE,
                HoursJson.rates(json),
                Artifacts.of(json.texts("holds")));
    }

    private static Node node(JsonView json, String name, HourlyRates own) {
        List<Accelerator> devices = new ArrayList<>();
        json.objects("accelerators", device -> {
                    device.only("kind", "count", "memoryBytes", "gigaMacsPerSecond");
                    Accelerator one = new Accelerator(
                            device.text("kind"), device.whole("memoryBytes", 0), device.number("gigaMacsPerSecond", 0));
                    int count = device.count("count", 1, MAX_DEVICES);
                    if (count < 0) {
                        throw new InvalidInputException("Count of accelerators (" + count + ") must not be negative.");
                    }
                    return Collections.nCopies(count, one);
                })
                .forEach(devices::addAll);
        return new Node(
                name,
                json.whole("cpuMillis"),
                json.whole("memoryBytes"),
                json.whole("diskBytes", Long.MAX_VALUE),
                json.text("hardware", "cpu"),
                json.number("gigaMacsPerSecondPerCore", 10),
                devices,
                HoursJson.schedule(json, "on"),
                own);
    }

    private static Price price(JsonView json) {
        json.only("perNodeHour", "perCoreHour", "perAcceleratorHour", "perEgressGigabyte", "perKilowattHour");
        return json.located(() -> new Price(
                HoursJson.constant(json, "perNodeHour"),
                HoursJson.constant(json, "perCoreHour"),
                HoursJson.constant(json, "perAcceleratorHour"),
                json.number("perEgressGigabyte", 0),
                HoursJson.constant(json, "perKilowattHour")));
    }

    private static Power power(JsonView json) {
        json.only("idleWatts", "busyWatts", "acceleratorWatts", "gramsPerKilowattHour");
        return json.located(() -> new Power(
                json.number("idleWatts", 0),
                json.number("busyWatts", json.number("idleWatts", 0)),
                json.number("acceleratorWatts", 0),
                HoursJson.constant(json, HoursJson.CARBON)));
    }

    private static TrainingData trainingData(JsonView json) {
        json.only("samples", "optedIn");
        return json.located(() -> new TrainingData(json.whole("samples"), json.flag("optedIn")));
    }

    private static Optional<Coordinates> coordinates(JsonView json) {
        if (!json.has("coordinates")) {
            return Optional.empty();
        }
        JsonView at = json.object("coordinates").only("latitude", "longitude");
        return Optional.of(at.located(() -> new Coordinates(at.number("latitude"), at.number("longitude"))));
    }

    private static Network network(JsonView json) {
        json.only("accessMillis", "stretch", "defaultMegabitsPerSecond", "rttMillis", "megabitsPerSecond");
        return json.located(() -> {
            Network.Builder network = Network.builder()
                    .accessMillis(json.number("accessMillis", 1))
                    .stretch(json.number("stretch", 2))
                    .defaultBandwidth(json.number("defaultMegabitsPerSecond", 1000));
            json.tables("rttMillis")
                    .forEach((origin, row) -> row.forEach((site, millis) -> network.rtt(origin, site, millis)));
            json.numbers("megabitsPerSecond").forEach(network::bandwidth);
            return network.build();
        });
    }

    private static Workload workload(JsonView json) {
        json.only(
                "name",
                "variants",
                "replicas",
                "priority",
                "cpuMillis",
                "accelerator",
                "ratePerSecond",
                "requestBytes",
                "latencyMillis",
                "quantile",
                "origins",
                "minimumAccuracy",
                "minimumAvailability",
                "residency",
                "requiredLabels",
                "spread",
                "near",
                "awayFrom",
                "federated",
                "gang",
                "runs");
        List<String> near = json.texts("near");
        Demand demand = new Demand(
                json.number("ratePerSecond", 1),
                json.objects("origins", PlacementProblemJson::origin),
                json.whole("requestBytes", 0),
                json.has("latencyMillis") ? millis(json.number("latencyMillis")) : Demand.UNBOUNDED,
                json.number("quantile", 0.99));
        Policy policy = new Policy(
                json.number("minimumAccuracy", 0),
                json.number("minimumAvailability", 0),
                new HashSet<>(json.texts("residency")),
                new HashSet<>(json.texts("requiredLabels")),
                spread(json.text("spread", near.isEmpty() ? "SITE" : "NONE")),
                new HashSet<>(near),
                new HashSet<>(json.texts("awayFrom")),
                json.flag("federated"),
                json.text("gang", ""));
        return new Workload(
                json.text("name"),
                json.objects("variants", PlacementProblemJson::variant),
                demand,
                json.count("replicas", 1, Workload.MAX_REPLICAS),
                json.whole("cpuMillis", 1000),
                json.has("accelerator") ? need(json.object("accelerator")) : AcceleratorNeed.NONE,
                policy,
                json.count("priority", 0, Integer.MAX_VALUE),
                HoursJson.schedule(json, "runs"));
    }

    private static AcceleratorNeed need(JsonView json) {
        json.only("kind", "milli", "memoryBytes");
        return json.located(() -> new AcceleratorNeed(
                json.text("kind", ""),
                json.count("milli", Accelerator.WHOLE, Accelerator.WHOLE),
                json.whole("memoryBytes", 0)));
    }

    private static Origin origin(JsonView json) {
        json.only("name", "share", "coordinates");
        return new Origin(json.text("name"), json.number("share", 1), coordinates(json));
    }

    private static Variant variant(JsonView json) {
        json.only("name", "accuracy", "sizeBytes", "memoryBytes", "macs", "measuredMillis", "energyFactor", "digest");
        Map<String, Double> alone = new TreeMap<>();
        Map<String, Map<Integer, Double>> batches = json.bySize("measuredMillis");
        batches.forEach((kind, times) -> {
            Double one = times.remove(1);
            if (one != null) {
                alone.put(kind, one);
            }
        });
        return new Variant(
                json.text("name"),
                json.number("accuracy", 1),
                json.whole("sizeBytes", 0),
                json.whole("memoryBytes", 0),
                json.number("macs", 0),
                alone,
                json.number("energyFactor", 1),
                batches,
                json.has("digest") ? Optional.of(digest(json.text("digest"))) : Optional.empty());
    }

    private static Digest digest(String text) {
        return Artifacts.of(List.of(text)).digests().stream()
                .findFirst()
                .orElseThrow(() -> new InvalidInputException(
                        "Digest (" + text + ") must begin with sha256: and have 64 lower-case hexadecimal digits."));
    }

    private static Duration millis(double millis) {
        if (!(millis > 0 && millis < 1e12)) {
            throw new InvalidInputException("Latency bound (" + millis + " ms) must be positive and below 10^12.");
        }
        return Duration.ofNanos(Math.max(1, Math.round(Math.min(millis * 1e6, (double) Demand.UNBOUNDED.toNanos()))));
    }

    private static Spread spread(String name) {
        return Arrays.stream(Spread.values())
                .filter(spread -> spread.name().equals(name.toUpperCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new InvalidInputException(
                        "Spread (" + name + ") is not known. Maybe one of " + Arrays.toString(Spread.values()) + "?"));
    }
}
