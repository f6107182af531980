package io.edgeai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.NoFeasiblePlacementException;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.WorkloadType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.placement.Assignment;
import io.edgeai.placement.PlacementPlan;
import io.edgeai.placement.model.Site;
import io.edgeai.placement.model.Variant;
import io.edgeai.placement.model.Workload;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkloadTest {
    @TempDir
    Path dir;

    private EdgeAI edge;

    @BeforeEach
    void open() {
        edge = EdgeAI.builder().home(dir).build();
    }

    @AfterEach
    void close() {
        edge.close();
    }

    private ModelVersion conv(String accuracy) {
        return edge.registry().register("sides", OnnxWriter.toBytes(Fixtures.conv()), r -> {
            r.workload(WorkloadType.COMPUTER_VISION);
            if (!accuracy.isEmpty()) {
                r.tag("accuracy", accuracy);
            }
        });
    }

    /** Counted by hand: 12·12 positions × 16 filters × 9 weights × 1 and 16 channels, then 32 × 2. */
    @Test
    void workAndMemoryFollowFromTheGraph() {
        Workload workload = edge.workload(conv("0.93"));
        Variant variant = workload.variants().get(0);
        long first = 12L * 12 * 16 * 9;
        assertThat(variant.macs()).isEqualTo((double) (first + 16 * first + 64));
        long weights = 4L * (16 * 9 + 16 * 16 * 9 + 64);
        assertThat(variant.memoryBytes())
                .as("weights and at least two feature maps")
                .isGreaterThanOrEqualTo(weights + 4L * 2 * 16 * 144)
                .isLessThan(weights + 4L * 6 * 16 * 144);
        assertThat(variant.accuracy()).isEqualTo(0.93);
        assertThat(workload.name()).isEqualTo("sides");
        assertThat(workload.demand().latency()).isEqualTo(Duration.ofMillis(100));
    }

    @Test
    void versionsOfOneModelAreVariantsAndAccuracyIsOneWithoutATag() {
        ModelVersion one = conv("0.9");
        ModelVersion two = conv("");
        Workload workload = edge.workload(one, two);
        assertThat(workload.variants()).extracting(Variant::accuracy).containsExactly(0.9, 1.0);
        assertThat(workload.variants()).extracting(Variant::name).doesNotHaveDuplicates();
    }

    @Test
    void versionsOfDifferentModelsAndBadTagsAreRefused() {
        ModelVersion one = conv("0.9");
        ModelVersion other = Fixtures.times(edge, "times", 2);
        assertThatThrownBy(() -> edge.workload(one, other))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("sides@1")
                .hasMessageContaining("times@1");
        for (String bad : new String[] {"high", "NaN", "93", "-0.5"}) {
            ModelVersion tagged = conv(bad);
            assertThatThrownBy(() -> edge.workload(tagged))
                    .as(bad)
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining(bad.equals("93") ? "93" : bad);
        }
    }

    @Test
    void importedModelsCanBePlacedToo() throws java.io.IOException {
        ModelVersion trees = edge.importModel("trees", Fixtures.xgboost(dir));
        Workload workload = edge.workload(trees, edge.registry().get("trees@1"));
        assertThat(workload.variants()).hasSize(2);
        assertThat(edge.place(workload).across(List.of(site("a", 1, 4))).feasible())
                .isTrue();
    }

    private static Site site(String id, double gigaMacs, double cores) {
        return Site.builder(id)
                .cpuCores(cores)
                .memoryBytes(1L << 30)
                .gigaMacsPerSecondPerCore(gigaMacs)
                .build();
    }

    @Test
    void theFasterSiteWinsForLatency() {
        Workload workload = edge.workload(conv("0.9"));
        PlacementPlan plan =
                edge.place(workload).across(List.of(site("slow", 1, 4), site("fast", 50, 4), site("middle", 5, 4)));
        assertThat(plan.feasible()).isTrue();
        assertThat(plan.of("sides"))
                .singleElement()
                .satisfies(assignment -> assertThat(assignment.site().id()).isEqualTo("fast"));
    }

    @Test
    void replicasSpreadOverSitesAndTwoWorkloadsShareThem() {
        Workload vision = edge.workload(conv("0.9")).replicas(2);
        Workload times = edge.workload(Fixtures.times(edge, "times", 2));
        PlacementPlan plan = edge.place(vision, times).across(List.of(site("a", 5, 2), site("b", 5, 2)));
        assertThat(plan.feasible()).isTrue();
        assertThat(plan.of("sides")).extracting((Assignment a) -> a.site().id()).containsExactlyInAnyOrder("a", "b");
        assertThat(plan.of("times")).hasSize(1);
    }

    @Test
    void whereNothingFitsTheExplanationNamesEverySite() {
        Workload workload = edge.workload(conv("0.9")).cpuCores(16);
        PlacementPlan plan = edge.place(workload).across(List.of(site("a", 5, 2), site("b", 5, 4)));
        assertThat(plan.feasible()).isFalse();
        assertThat(plan.missing()).containsEntry("sides", 1);
        assertThat(plan.explain().toString()).contains("a").contains("b").contains("sides");
        assertThatThrownBy(plan::orThrow).isInstanceOf(NoFeasiblePlacementException.class);
    }

    @Test
    void anAccuracyBoundPicksTheVariantThatMeetsIt() {
        OnnxGraph small = Fixtures.conv();
        ModelVersion rough =
                edge.registry().register("sides", OnnxWriter.toBytes(small), r -> r.tag("accuracy", "0.5"));
        ModelVersion exact = conv("0.97");
        Workload workload = edge.workload(rough, exact).accuracyAtLeast(0.9);
        PlacementPlan plan = edge.place(workload).across(List.of(site("a", 5, 2)));
        assertThat(plan.of("sides")).singleElement().satisfies(assignment -> assertThat(
                        assignment.variant().accuracy())
                .isEqualTo(0.97));
    }
}
