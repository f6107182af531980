package io.edgeai.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.edgeai.placement.model.Accelerator;
import io.edgeai.placement.model.HourlyProfile;
import io.edgeai.placement.model.Network;
import io.edgeai.placement.model.Origin;
import io.edgeai.placement.model.Rate;
import io.edgeai.placement.model.Schedule;
import io.edgeai.placement.model.Site;
import io.edgeai.placement.model.Topology;
import io.edgeai.placement.model.Variant;
import io.edgeai.placement.model.Workload;
import java.io.IOException;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProblemWriterTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private static void written(PlacementProblem problem, String expected) throws IOException {
        assertThat(MAPPER.readTree(problem.toJson())).isEqualTo(MAPPER.readTree(expected));
    }

    @Test
    void nothingButWhatDiffersFromTheDefault() throws IOException {
        written(
                new PlacementProblem(
                        List.of(Workload.of("w", Variant.builder("v").build())),
                        Topology.of(List.of(
                                Site.builder("s").cpuCores(2).memoryBytes(7).build()))),
                """
                {"sites": [{"id": "s", "cpuMillis": 2000, "memoryBytes": 7}],
                 "workloads": [{"name": "w", "variants": [{"name": "v"}]}]}
                """);
        written(new PlacementProblem(List.of(), Topology.of(List.of())), "{\"sites\": [], \"workloads\": []}");
    }

    @Test
    void hoursBatchesAndDevicesAsPeopleWriteThem() throws IOException {
        Site site = Site.builder("s")
                .cpuCores(1)
                .memoryBytes(1)
                .accelerators(2, new Accelerator("t4", 5, 0))
                .accelerators(1, new Accelerator("a100", 9, 0))
                .hourly(Rate.CORE_HOUR, HourlyProfile.of(List.of(0.5, 1.0)).at(ZoneOffset.ofHours(1)))
                .hourly(Rate.CARBON, HourlyProfile.of(List.of(100.0, 200.0)))
                .on(Schedule.daily(LocalTime.of(6, 0), LocalTime.MIDNIGHT))
                .build();
        Variant variant = Variant.builder("v")
                .measured("t4", 3)
                .measured("t4", 8, 9.5)
                .measured("arm", 2, 4)
                .build();
        Workload workload = Workload.of("w", variant)
                .near("x")
                .p99(Duration.ofNanos(1_234_567))
                .runs(Schedule.never());
        written(
                new PlacementProblem(List.of(workload, Workload.of("x", variant)), Topology.of(List.of(site))),
                """
                {"sites": [{"id": "s",
                   "price": {"perCoreHour": {"utcOffset": "+01:00", "values": [0.5, 1.0]}},
                   "power": {"gramsPerKilowattHour": [100.0, 200.0]},
                   "cpuMillis": 1000, "memoryBytes": 1,
                   "accelerators": [{"kind": "t4", "count": 2, "memoryBytes": 5}, {"kind": "a100", "memoryBytes": 9}],
                   "on": [{"from": "06:00", "to": "00:00"}]}],
                 "workloads": [
                   {"name": "w", "latencyMillis": 1.234567, "near": ["x"], "runs": [],
                    "variants": [{"name": "v", "measuredMillis": {"arm": {"2": 4}, "t4": {"1": 3, "8": 9.5}}}]},
                   {"name": "x",
                    "variants": [{"name": "v", "measuredMillis": {"arm": {"2": 4}, "t4": {"1": 3, "8": 9.5}}}]}]}
                """);
    }

    /** An origin that goes by the name of a lost site stays where that site was. */
    @Test
    void aLostSitesPlaceIsKeptForWhoAsksFromThere() {
        Site berlin = Samples.site("berlin").at(52.52, 13.40).build();
        Site paris = Samples.site("paris").at(48.86, 2.35).build();
        Network network = Topology.of(List.of(berlin, paris)).network();
        Workload workload = Samples.workload("w").origin("berlin");
        PlacementProblem problem = new PlacementProblem(List.of(workload), new Topology(List.of(paris), network));
        PlacementProblem read = PlacementProblemJson.read(problem.toJson());
        Origin origin = read.workloads().get(0).demand().origins().get(0);
        double before = network.rttMillis(Origin.of("berlin"), paris);
        assertThat(before).isBetween(10.0, 25.0);
        assertThat(read.topology().network().rttMillis(origin, paris)).isCloseTo(before, within(1e-12));
    }

    /** 2,000 devices are more than one entry may count. */
    @Test
    void manyEqualDevices() {
        Site site = Site.builder("s")
                .cpuCores(1)
                .accelerators(2000, new Accelerator("t4", 1, 1))
                .build();
        PlacementProblem problem = new PlacementProblem(List.of(), Topology.of(List.of(site)));
        assertThat(PlacementProblemJson.read(problem.toJson())).isEqualTo(problem);
    }
}
