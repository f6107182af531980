package io.edgeai.placement;

import io.edgeai.placement.model.HourlyProfile;
import io.edgeai.placement.model.Network;
import io.edgeai.placement.model.Node;
import io.edgeai.placement.model.Power;
import io.edgeai.placement.model.Price;
import io.edgeai.placement.model.Rate;
import io.edgeai.placement.model.Schedule;
import io.edgeai.placement.model.Site;
import io.edgeai.placement.model.Spread;
import io.edgeai.placement.model.Topology;
import io.edgeai.placement.model.Variant;
import io.edgeai.placement.model.Window;
import io.edgeai.placement.model.Workload;
import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;

/** Small problems whose prices and carbon change by the hour, whose nodes rest and whose workloads keep hours. */
final class HourlyProblems {
    private HourlyProblems() {}

    static PlacementProblem small(long seed) {
        Random random = new Random(seed);
        List<Site> sites = new ArrayList<>();
        for (int s = 2 + random.nextInt(2); s > 0; s--) {
            sites.add(site(random, "s" + s));
        }
        List<Workload> workloads = new ArrayList<>();
        for (int w = 2 + random.nextInt(2); w > 0; w--) {
            workloads.add(Workload.of(
                            "w" + w,
                            Variant.builder("v")
                                    .memoryBytes(300_000_000)
                                    .macs(1e7 * (1 + random.nextInt(20)))
                                    .build())
                    .cpuMillis(500L * (1 + random.nextInt(3)))
                    .rate(1 + random.nextInt(10))
                    .requestBytes(random.nextInt(100_000))
                    .replicas(1 + random.nextInt(2))
                    .spread(random.nextBoolean() ? Spread.NONE : Spread.SITE)
                    .runs(random.nextInt(3) == 0 ? Schedule.always() : schedule(random, 8, 9)));
        }
        return new PlacementProblem(workloads, Topology.of(sites, Network.ofCoordinates()));
    }

    private static Site site(Random random, String id) {
        Site.Builder site = Site.builder(id)
                .price(new Price(random.nextInt(2), 0.1 * random.nextInt(4), 0, 0.1, 0.2 * random.nextInt(2)))
                .power(new Power(20 + random.nextInt(50), 120 + random.nextInt(50), 0, random.nextInt(600)));
        for (Rate rate : Rate.values()) {
            if (random.nextInt(2) == 0) {
                site.hourly(rate, profile(random, rate));
            }
        }
        for (int n = 1 + random.nextInt(2); n > 0; n--) {
            Node node = new Node(
                    "n" + n, 1500L + 500L * random.nextInt(4), 2_000_000_000L, Long.MAX_VALUE, "cpu", 10, List.of());
            if (random.nextInt(2) == 0) {
                node = node.on(schedule(random, 5, 16));
            }
            if (random.nextInt(3) == 0) {
                Rate rate = List.of(Rate.values()).get(random.nextInt(Rate.values().length));
                node = node.hourly(rate, profile(random, rate));
            }
            site.node(node);
        }
        return site.build();
    }

    private static HourlyProfile profile(Random random, Rate rate) {
        int hours = List.of(24, 168, 12, 8, 1).get(random.nextInt(5));
        List<Double> values = new ArrayList<>();
        for (int h = 0; h < hours; h++) {
            values.add(rate == Rate.CARBON ? random.nextInt(800) : random.nextInt(50) / 100.0);
        }
        return HourlyProfile.of(values).at(offset(random));
    }

    /** A window that begins about then and lasts so many hours and up to seven more, now and then not on all days. */
    private static Schedule schedule(Random random, int from, int hours) {
        LocalTime begins = LocalTime.of(from + random.nextInt(4), 15 * random.nextInt(4));
        LocalTime ends = begins.plusHours(hours + (long) random.nextInt(8));
        boolean workdays = random.nextInt(3) == 0;
        EnumSet<DayOfWeek> days = EnumSet.range(DayOfWeek.MONDAY, workdays ? DayOfWeek.FRIDAY : DayOfWeek.SUNDAY);
        return Schedule.of(List.of(new Window(days, begins, ends))).at(offset(random));
    }

    private static ZoneOffset offset(Random random) {
        return List.of(ZoneOffset.UTC, ZoneOffset.ofHours(1), ZoneOffset.ofHoursMinutes(-3, -30))
                .get(random.nextInt(3));
    }
}
