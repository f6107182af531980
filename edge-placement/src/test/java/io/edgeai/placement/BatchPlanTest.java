package io.edgeai.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.serving.BatchProfile;
import io.edgeai.placement.model.Accelerator;
import io.edgeai.placement.model.Network;
import io.edgeai.placement.model.Site;
import io.edgeai.placement.model.Variant;
import io.edgeai.placement.model.Workload;
import io.edgeai.placement.strategy.PlacementStrategies;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A device that takes 4 ms for one input, 10 ms for 8 and 31 ms for 32: 250, 800 and 1032 inputs a second. */
class BatchPlanTest {
    private static final Variant VARIANT = Variant.builder("faces@1")
            .measured("t4", 4)
            .measured("t4", 8, 10)
            .measured("t4", 32, 31)
            .build();
    private static final Site SITE = Samples.site("s")
            .accelerators(1, new Accelerator("t4", 16_000_000_000L, 0))
            .build();

    private static Workload faces(double rate, int boundMillis) {
        return Workload.of("faces", VARIANT)
                .accelerator("t4", 1000, 0)
                .rate(rate)
                .p99(Duration.ofMillis(boundMillis));
    }

    private static PlacementPlan plan(Workload workload) {
        return PlacementEngine.defaults().place(workload).across(List.of(SITE), Network.ofCoordinates());
    }

    private static Assignment placed(double rate, int boundMillis) {
        return plan(faces(rate, boundMillis)).orThrow().assignments().get(0);
    }

    @Test
    void theRateDecidesTheSizeAndTheCapacityIsInputsOverTime() {
        assertThat(placed(50, 1000).estimate().batch()).isEqualTo(1);
        assertThat(placed(50, 1000).estimate().capacityPerSecond()).isCloseTo(250, within(1e-9));
        assertThat(placed(500, 1000).estimate().batch()).isEqualTo(8);
        assertThat(placed(500, 1000).estimate().capacityPerSecond()).isCloseTo(800, within(1e-9));
        assertThat(placed(500, 1000).estimate().utilisation()).isCloseTo(500.0 / 800, within(1e-12));
        assertThat(placed(900, 1000).estimate().batch()).isEqualTo(32);
        assertThat(placed(900, 1000).estimate().capacityPerSecond()).isCloseTo(32 / 0.031, within(1e-9));
    }

    @Test
    void moreThanTheLargestBatchCanTakeIsRefusedWithTheRateThatCouldBe() {
        PlacementPlan plan = plan(faces(1000, 1000));
        assertThat(plan.feasible()).isFalse();
        assertThat(plan.explain().text())
                .contains("throughput: utilisation would be 0.969 in batches of up to 32, allowed are 0.95")
                .contains("use 2 replicas or lower the rate to 980.645/s");
        assertThat(plan(faces(980.645, 1000)).feasible()).isTrue();
    }

    /** At 900 a second only 32 at once keep up, and such a run alone takes 31 ms. */
    @Test
    void theBoundOnLatencyForbidsLargeBatches() {
        assertThat(plan(faces(700, 75)).feasible()).isTrue();
        PlacementPlan late = plan(faces(900, 75));
        assertThat(late.feasible()).isFalse();
        Explanation.Relaxation way =
                late.explain().workloads().get(0).relaxation().orElseThrow();
        assertThat(late.explain().text()).contains(" ms in batches of up to 32 (network 0 + transfer 0 + queue ");
        assertThat(way.changes()).singleElement().asString().startsWith("raise p99 to ");
        int bound = Integer.parseInt(way.changes().get(0).replaceAll("raise p99 to (\\d+) ms", "$1"));
        assertThat(bound).isBetween(76, 82);
        assertThat(plan(faces(900, bound)).feasible()).isTrue();
        assertThat(plan(faces(900, 40)).explain().text())
                .as("with a shorter bound fewer requests are the smaller change")
                .contains("utilisation would be 1.125 in batches of up to 8", "lower the rate to 760/s");
    }

    @Test
    void oneReplicaThatWouldBeTwoWithoutBatches() {
        Workload alone = faces(400, 100)
                .variants(List.of(Variant.builder("faces@1").measured("t4", 4).build()));
        assertThat(plan(alone).feasible()).isFalse();
        assertThat(plan(faces(400, 100)).feasible()).isTrue();
    }

    @Test
    void aShareOfADeviceIsSlowerByThatShareInBatchesToo() {
        Assignment half = plan(faces(300, 1000).accelerator("t4", 500, 0))
                .orThrow()
                .assignments()
                .get(0);
        assertThat(half.estimate().batch()).isEqualTo(8);
        assertThat(half.estimate().capacityPerSecond()).isCloseTo(400, within(1e-9));
    }

    @Test
    void theObjectiveChoosesAmongSizesThatDo() {
        PlacementPlan light = PlacementEngine.builder()
                .strategy(PlacementStrategies.computeOptimized())
                .build()
                .place(faces(50, 100))
                .across(List.of(SITE), Network.ofCoordinates());
        assertThat(light.assignments().get(0).estimate().batch())
                .as("least of the device in use within 100 ms")
                .isEqualTo(32);
        assertThat(placed(50, 100).estimate().batch()).as("shortest latency").isEqualTo(1);
    }

    @Test
    void planAndExplanationSayIt() throws IOException {
        PlacementPlan plan = plan(faces(500, 1000));
        assertThat(plan.explain().text())
                .contains("placed on s/main with faces@1 in batches of up to 8 (room for 800 requests/s): score");
        JsonNode json = new ObjectMapper().readTree(plan.toJson());
        assertThat(json.at("/assignments/0/batch").intValue()).isEqualTo(8);
        assertThat(json.at("/assignments/0/capacityPerSecond").doubleValue()).isCloseTo(800, within(1e-9));
        assertThat(json.at("/explanation/0/chosen/0/batch").intValue()).isEqualTo(8);
        assertThat(plan(faces(50, 1000)).explain().text()).doesNotContain("batches");
        List<Assignment> read = RunningPlanJson.read(plan.toJson(), plan.problem());
        assertThat(read.get(0).estimate()).isEqualTo(plan.assignments().get(0).estimate());
    }

    @Test
    void decidingOneReplicaChoosesTheSizeToo() {
        PlacementState state = PlacementState.of(plan(faces(1, 1000)).problem().topology());
        assertThat(PlacementEngine.defaults()
                        .decide(faces(500, 1000), state)
                        .orThrow()
                        .estimate()
                        .batch())
                .isEqualTo(8);
    }

    @Test
    void whatServingMeasuredIsAProfile() {
        Variant variant = Variant.builder("v")
                .measured("arm-a76", BatchProfile.parse("1:4000000 2:3000000 64:1000000"))
                .build();
        assertThat(variant.measuredMillis()).isEqualTo(Map.of("arm-a76", 4.0));
        assertThat(variant.batchMillis()).isEqualTo(Map.of("arm-a76", Map.of(2, 6.0, 64, 64.0)));
        assertThat(variant.batches("arm-a76")).containsExactly(1, 2, 64);
        assertThat(variant.batches("other")).containsExactly(1);
        assertThat(Variant.builder("v")
                        .measured("k", BatchProfile.parse("depends-on-mates"))
                        .build()
                        .batches("k"))
                .containsExactly(1);
    }

    @Test
    void sizesAndTimesOutOfRangeAreNamed() {
        for (int size : new int[] {-1, 0, 4097}) {
            assertThatThrownBy(() -> Variant.builder("v").measured("t4", size, 3))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("Batch (" + size + ") of variant (v) on (t4)")
                    .hasMessageContaining("Maybe");
        }
        for (double millis : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> Variant.builder("v").measured("t4", 8, millis))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("(v) on (t4) in batches of 8 (" + millis + ")");
        }
    }
}
