package io.edgeai.placement;

import io.edgeai.core.model.Digest;
import io.edgeai.placement.model.Accelerator;
import io.edgeai.placement.model.AcceleratorNeed;
import io.edgeai.placement.model.Coordinates;
import io.edgeai.placement.model.Demand;
import io.edgeai.placement.model.HourlyProfile;
import io.edgeai.placement.model.HourlyRates;
import io.edgeai.placement.model.Network;
import io.edgeai.placement.model.Node;
import io.edgeai.placement.model.Origin;
import io.edgeai.placement.model.Policy;
import io.edgeai.placement.model.Power;
import io.edgeai.placement.model.Price;
import io.edgeai.placement.model.Rate;
import io.edgeai.placement.model.Schedule;
import io.edgeai.placement.model.Site;
import io.edgeai.placement.model.Spread;
import io.edgeai.placement.model.Topology;
import io.edgeai.placement.model.TrainingData;
import io.edgeai.placement.model.Variant;
import io.edgeai.placement.model.Window;
import io.edgeai.placement.model.Workload;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** Problems with any field at any value, or left as it is; the same seed gives the same. */
final class AnyProblems {
    private static final List<String> NAMES = List.of("a", "b \"quoted\"", "c/ü", "d\\n", "e\t");

    private final Random random;

    private AnyProblems(Random random) {
        this.random = random;
    }

    private boolean often() {
        return random.nextInt(3) > 0;
    }

    private double amount() {
        return switch (random.nextInt(4)) {
            case 0 -> 0;
            case 1 -> random.nextInt(1000);
            case 2 -> random.nextDouble();
            default -> random.nextDouble() * Math.pow(10, random.nextInt(24) - 8);
        };
    }

    private long bytes() {
        return often() ? random.nextInt(1 << 30) * 7L : often() ? 0 : Long.MAX_VALUE - random.nextInt(5);
    }

    private Set<String> some(List<String> of) {
        Set<String> some = new HashSet<>();
        of.forEach(each -> {
            if (random.nextInt(3) == 0) {
                some.add(each);
            }
        });
        return some;
    }

    private HourlyProfile profile() {
        List<Double> values = new ArrayList<>();
        for (int h = List.of(1, 2, 24, 168, 25).get(random.nextInt(5)); h > 0; h--) {
            values.add(amount());
        }
        return HourlyProfile.of(values).at(offset());
    }

    private ZoneOffset offset() {
        return often() ? ZoneOffset.UTC : ZoneOffset.ofTotalSeconds(60 * (random.nextInt(2161) - 1080));
    }

    private Schedule schedule() {
        if (often()) {
            return Schedule.always();
        }
        List<Window> windows = new ArrayList<>();
        for (int w = random.nextInt(4); w > 0; w--) {
            Set<DayOfWeek> days = EnumSet.of(DayOfWeek.of(1 + random.nextInt(7)));
            List.of(DayOfWeek.values()).stream().filter(day -> often()).forEach(days::add);
            windows.add(new Window(days, time(), time()));
        }
        return Schedule.of(windows).at(offset());
    }

    private LocalTime time() {
        return LocalTime.of(random.nextInt(24), random.nextInt(60));
    }

    private Node node(String name) {
        List<Accelerator> devices = new ArrayList<>();
        for (int d = random.nextInt(5); d > 0; d--) {
            devices.add(new Accelerator(often() ? "t4" : "a100", often() ? 16_000_000_000L : 0, often() ? 7.5 : 0));
        }
        Node node = new Node(
                name,
                random.nextInt(64_000),
                bytes(),
                often() ? Long.MAX_VALUE : bytes(),
                often() ? "cpu" : "arm",
                often() ? 10 : amount(),
                devices,
                schedule(),
                HourlyRates.NONE);
        for (Rate rate : Rate.values()) {
            node = random.nextInt(6) == 0 ? node.hourly(rate, profile()) : node;
        }
        return node;
    }

    private Site site(String id) {
        double idle = amount();
        Site.Builder site = Site.builder(id)
                .price(often() ? new Price(amount(), amount(), amount(), amount(), amount()) : Price.FREE)
                .power(often() ? new Power(idle, idle + amount(), amount(), amount()) : Power.UNKNOWN)
                .availability(often() ? 1 : random.nextDouble());
        if (often()) {
            site.region(NAMES.get(random.nextInt(NAMES.size())))
                    .at(random.nextDouble() * 90, -random.nextDouble() * 180);
        }
        if (often()) {
            site.trainingData(new TrainingData(random.nextInt(2) * 500L, random.nextBoolean()));
        }
        some(NAMES).forEach(site::label);
        if (!often()) {
            site.holding("v1", Digest.of(new byte[] {(byte) random.nextInt(3)}).toString());
        }
        for (Rate rate : Rate.values()) {
            if (random.nextInt(4) == 0) {
                site.hourly(rate, profile());
            }
        }
        int nodes = 1 + random.nextInt(3);
        for (int n = 0; n < nodes; n++) {
            site.node(node(n == 0 && often() ? "main" : "n" + n));
        }
        return site.build();
    }

    private Variant variant(String name) {
        Variant.Builder variant = Variant.builder(name)
                .accuracy(often() ? 1 : random.nextDouble())
                .sizeBytes(bytes())
                .memoryBytes(bytes())
                .macs(amount())
                .energyFactor(often() ? 1 : amount());
        if (!often()) {
            variant.digest(Digest.of(new byte[] {(byte) random.nextInt(3)}));
        }
        for (String kind : List.of("cpu", "arm", "t4")) {
            if (random.nextInt(3) == 0) {
                variant.measured(kind, amount());
            }
            for (int size = 2; size < 4096 && random.nextInt(3) > 0; size *= 3) {
                variant.measured(kind, size, 1e-3 + amount());
            }
        }
        return variant.build();
    }

    private Workload workload(String name, List<String> others) {
        List<Variant> variants = new ArrayList<>();
        for (int v = 1 + random.nextInt(3); v > 0; v--) {
            variants.add(variant("v" + v));
        }
        List<Origin> origins = new ArrayList<>();
        for (int o = random.nextInt(4); o > 0; o--) {
            origins.add(new Origin(
                    o == 1 ? "s1" : "o" + o,
                    often() ? 1 : 0.1 + random.nextDouble(),
                    often()
                            ? Optional.empty()
                            : Optional.of(new Coordinates(random.nextDouble(), random.nextDouble()))));
        }
        Duration bound =
                switch (random.nextInt(4)) {
                    case 0 -> Demand.UNBOUNDED;
                    case 1 -> Duration.ofMillis(1 + random.nextInt(100_000));
                    case 2 -> Duration.ofNanos(1 + random.nextInt(Integer.MAX_VALUE));
                    default ->
                        Duration.ofNanos(1
                                + (long) (random.nextDouble()
                                        * Duration.ofDays(26).toNanos()));
                };
        Set<String> near = some(others);
        Set<String> away = some(others);
        away.removeAll(near);
        Spread spread = List.of(Spread.values()).get(random.nextInt(3));
        return new Workload(
                name,
                variants,
                new Demand(
                        often() ? 1 : amount(),
                        origins,
                        bytes(),
                        bound,
                        often() ? 0.99 : 0.001 + 0.9 * random.nextDouble()),
                near.isEmpty() || spread == Spread.NONE ? 1 + random.nextInt(5) : 1,
                often() ? 1000 : random.nextInt(9000),
                often()
                        ? AcceleratorNeed.NONE
                        : new AcceleratorNeed(often() ? "" : "t4", 1 + random.nextInt(1000), bytes()),
                new Policy(
                        often() ? 0 : random.nextDouble(),
                        often() ? 0 : random.nextDouble(),
                        some(NAMES),
                        some(NAMES),
                        spread,
                        near,
                        away,
                        random.nextBoolean(),
                        often() ? "" : NAMES.get(random.nextInt(NAMES.size()))),
                often() ? 0 : random.nextInt(20) - 10,
                schedule());
    }

    static PlacementProblem any(long seed) {
        return new AnyProblems(new Random(seed)).problem();
    }

    private PlacementProblem problem() {
        List<Site> sites = new ArrayList<>();
        for (int s = random.nextInt(4); s > 0; s--) {
            sites.add(site("s" + s));
        }
        Network.Builder network = Network.builder();
        if (often()) {
            network.accessMillis(amount()).stretch(1 + amount()).defaultBandwidth(1 + amount());
        }
        for (String origin : List.of("o2", "s1", "nowhere")) {
            for (Site site : sites) {
                if (random.nextInt(3) == 0) {
                    network.rtt(origin, site.id(), amount()).bandwidth(site.id(), 0.5 + amount());
                }
            }
        }
        List<Workload> workloads = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (int w = random.nextInt(4); w > 0; w--) {
            workloads.add(workload("w" + w, names));
            names.add("w" + w);
        }
        return new PlacementProblem(workloads, Topology.of(sites, network.build()));
    }
}
