package io.edgeai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.StorageException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.Engines;
import io.edgeai.placement.PlacementPlan;
import io.edgeai.placement.cost.Calibration;
import io.edgeai.placement.cost.CalibrationTimes;
import io.edgeai.placement.deploy.agent.SiteAgent;
import io.edgeai.placement.model.Power;
import io.edgeai.placement.model.Site;
import io.edgeai.placement.model.Variant;
import io.edgeai.placement.model.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real agents on loopback; machines are made up by their times, but for one that the engine measures. */
class SiteEstimatorsTest {
    private static final String TOKEN = "a secret of sixteen or more";
    private static final Map<String, Double> USUAL =
            Map.of("convolutions", 0.9, "separable", 0.8, "attention", 0.6, "recurrent", 0.3, "pieces", 0.05);

    @TempDir
    Path dir;

    private EdgeAI edge;

    @BeforeEach
    void open() {
        edge = EdgeAI.builder().home(dir.resolve("home")).build();
    }

    @AfterEach
    void close() {
        edge.close();
    }

    private static CalibrationTimes slower(double factor) {
        Map<String, Double> times = new TreeMap<>();
        USUAL.forEach((network, millis) -> times.put(network, factor * millis));
        return CalibrationTimes.of(times);
    }

    private SiteAgent agent(String name, CalibrationTimes times) {
        return SiteAgent.builder(dir.resolve(name))
                .token(TOKEN)
                .calibration(each -> times)
                .start();
    }

    /** Products of matrices: layers · rows · width² multiply-accumulates. */
    private ModelVersion dense(int layers, int rows, int width) {
        OnnxGraph graph = OnnxGraph.create("dense", 17);
        graph.inputs().add(OnnxValue.tensor("x", ElementType.FLOAT, rows, width));
        graph.initializers().put("w", OnnxTensor.ofFloats(new float[width * width], width, width));
        String last = "x";
        for (int layer = 0; layer < layers; layer++) {
            graph.add("MatMul", "m" + layer, List.of(last, "w"), List.of("h" + layer));
            last = "h" + layer;
        }
        graph.outputs().add(OnnxValue.tensor(last, ElementType.FLOAT, rows, width));
        return edge.registry().register("dense", OnnxWriter.toBytes(graph), r -> {});
    }

    @Test
    void theEngineOfASiteTellsALargeModelFromASmallOne() {
        ModelVersion small = dense(1, 1, 16);
        ModelVersion large = dense(4, 256, 512);
        try (SiteAgent agent = SiteAgent.builder(dir.resolve("site"))
                .token(TOKEN)
                .calibration(each -> Calibration.times(Engines.discover(), Duration.ofMillis(2)))
                .start()) {
            edge.estimators().calibrate("here", agent.uri(), TOKEN);
        }

        double millis =
                edge.estimators().estimate("here", large).latencyMillis().expected();
        assertThat(millis)
                .as("268 million multiply-accumulates against 256")
                .isGreaterThan(20
                        * edge.estimators()
                                .estimate("here", small)
                                .latencyMillis()
                                .expected());
        Workload workload = edge.workload(edge.estimators(), large, small);
        assertThat(workload.variants().get(0).measuredMillis()).containsOnly(Map.entry("here", millis));
        assertThat(workload.variants().get(1).measuredMillis().get("here")).isLessThan(millis / 20);
    }

    @Test
    void placementTakesTheTimesOfEachSitesHardware() {
        ModelVersion version = dense(4, 256, 512);
        try (SiteAgent quick = agent("quick", slower(1));
                SiteAgent slow = agent("slow", slower(50))) {
            edge.estimators().calibrate("quick", quick.uri(), TOKEN);
            edge.estimators().calibrate("slow", slow.uri(), TOKEN);
        }
        assertThat(edge.estimators().hardware()).containsExactly("quick", "slow");

        Workload workload = edge.workload(edge.estimators(), version);
        Map<String, Double> millis = workload.variants().get(0).measuredMillis();
        assertThat(millis.get("slow") / millis.get("quick")).isCloseTo(50, within(1.0));
        assertThat(millis.get("quick"))
                .isEqualTo(edge.estimators()
                        .estimate("quick", version)
                        .latencyMillis()
                        .expected());
        assertThat(edge.workload(version).variants())
                .extracting(Variant::measuredMillis)
                .containsExactly(Map.of());

        // By work over speed alone, the one that calls itself fast would win.
        List<Site> sites = List.of(site("a", "slow", 1000), site("b", "quick", 1));
        PlacementPlan plan = edge.place(workload.p99(Duration.ofMinutes(1))).across(sites);
        assertThat(plan.of("dense")).singleElement().satisfies(at -> {
            assertThat(at.site().id()).isEqualTo("b");
            assertThat(at.estimate().serviceMillis()).isCloseTo(millis.get("quick"), within(1e-9));
        });
        assertThat(edge.place(edge.workload(version).p99(Duration.ofMinutes(1)))
                        .across(sites)
                        .of("dense"))
                .singleElement()
                .satisfies(at -> assertThat(at.site().id()).isEqualTo("a"));
        double joules = edge.estimators()
                .estimate("quick", version)
                .joules(new Power(60, 100, 0, 0), 4)
                .expected();
        assertThat(joules).as("10 W a core").isCloseTo(10 * millis.get("quick") / 1e3, within(1e-9));
    }

    private static Site site(String id, String hardware, double gigaMacs) {
        return Site.builder(id)
                .cpuCores(2)
                .memoryBytes(1L << 32)
                .hardware(hardware)
                .gigaMacsPerSecondPerCore(gigaMacs)
                .build();
    }

    /** Seen at ten times the prediction with trust a half: √10 of it, also after the home was opened anew. */
    @Test
    void timesInUseCorrectAndAllIsKept() {
        String odd = "ARM Cortex/A76 @ 2,4 GHz";
        ModelVersion version = dense(2, 16, 64);
        edge.estimators().keep(odd, slower(1));
        double before = millis(odd, version);

        edge.estimators().seen(odd, version, 10 * before, 0.5);

        assertThat(millis(odd, version)).isCloseTo(Math.sqrt(10) * before, within(1e-6 * before));
        edge.close();
        edge = EdgeAI.builder().home(dir.resolve("home")).build();
        assertThat(edge.estimators().hardware()).containsExactly(odd);
        assertThat(millis(odd, version)).isCloseTo(Math.sqrt(10) * before, within(1e-6 * before));
        edge.estimators().keep(odd, slower(1));
        assertThat(millis(odd, version)).as("calibrated anew").isEqualTo(before);
        edge.estimators().seen(odd, version, 10 * before);
        assertThat(millis(odd, version)).isCloseTo(Math.pow(10, 0.2) * before, within(1e-6 * before));
    }

    private double millis(String hardware, ModelVersion version) {
        return edge.estimators().estimate(hardware, version).latencyMillis().expected();
    }

    @Test
    void whatIsUnknownOrDamagedIsSaidSo() throws IOException {
        ModelVersion version = dense(1, 1, 16);
        edge.estimators().keep("known", slower(1));
        assertThatThrownBy(() -> edge.estimators().of("other"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(other)")
                .hasMessageContaining("[known]")
                .hasMessageContaining("Maybe estimators().calibrate");
        assertThatThrownBy(() -> edge.estimators().seen("other", version, 1)).isInstanceOf(InvalidInputException.class);
        for (String bad : new String[] {" ", "x".repeat(61)}) {
            assertThatThrownBy(() -> edge.estimators().keep(bad, slower(1))).isInstanceOf(InvalidInputException.class);
        }
        Path file = dir.resolve("home/estimators/known.json");
        Files.writeString(file, Files.readString(file).replace("\"set\":1", "\"set\":9"));
        assertThatThrownBy(() -> edge.estimators().of("known"))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("known.json");
    }
}
