package io.edgeai.samples.cli;

import io.edgeai.placement.PlacementProblem;
import io.edgeai.placement.model.HourlyProfile;
import io.edgeai.placement.model.Network;
import io.edgeai.placement.model.Power;
import io.edgeai.placement.model.Price;
import io.edgeai.placement.model.Rate;
import io.edgeai.placement.model.Schedule;
import io.edgeai.placement.model.Site;
import io.edgeai.placement.model.Topology;
import io.edgeai.placement.model.Variant;
import io.edgeai.placement.model.Window;
import io.edgeai.placement.model.Workload;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** A day of two sites: where power and carbon change by the hour, one is off at night, and batches help. */
final class DayExample {
    private static final ZoneOffset BERLIN_IN_WINTER = ZoneOffset.ofHours(1);
    private static final long GB = 1_000_000_000L;

    private DayExample() {}

    static PlacementProblem problem() {
        Site shop = Site.builder("shop")
                .cpuCores(4)
                .memoryBytes(8 * GB)
                .hardware("arm-a76")
                .power(new Power(20, 60, 0, 0))
                .hourly(Rate.KILOWATT_HOUR, sunny(0.30, 0.10))
                .hourly(Rate.CARBON, sunny(380, 120))
                .on(Schedule.daily(LocalTime.of(6, 0), LocalTime.of(22, 0)).at(BERLIN_IN_WINTER))
                .build();
        Site cloud = Site.builder("cloud")
                .cpuCores(64)
                .memoryBytes(256 * GB)
                .hardware("x86-avx512")
                .price(new Price(0, 0.05, 0, 0.08))
                .power(new Power(180, 500, 0, 250))
                .build();
        Variant faces = Variant.builder("faces@1")
                .memoryBytes(300_000_000)
                .measured("arm-a76", 20)
                .measured("arm-a76", 8, 70)
                .measured("x86-avx512", 4)
                .build();
        Variant alarm =
                Variant.builder("alarm@1").memoryBytes(100_000_000).macs(2e7).build();
        Schedule openingHours = Schedule.of(List.of(Window.workdays(LocalTime.of(8, 0), LocalTime.of(20, 0))))
                .at(BERLIN_IN_WINTER);
        return new PlacementProblem(
                List.of(
                        Workload.of("faces", faces)
                                .origin("door")
                                .rate(90)
                                .requestBytes(20_000)
                                .p99(Duration.ofMillis(250))
                                .runs(openingHours),
                        Workload.of("alarm", alarm).origin("door").rate(2).p99(Duration.ofMillis(500))),
                Topology.of(
                        List.of(shop, cloud),
                        Network.builder()
                                .rtt("door", "shop", 1)
                                .rtt("door", "cloud", 38)
                                .build()));
    }

    /** Low from 9 to 17. */
    private static HourlyProfile sunny(double dark, double light) {
        List<Double> day = new ArrayList<>();
        for (int hour = 0; hour < 24; hour++) {
            day.add(hour >= 9 && hour < 17 ? light : dark);
        }
        return HourlyProfile.of(day).at(BERLIN_IN_WINTER);
    }
}
