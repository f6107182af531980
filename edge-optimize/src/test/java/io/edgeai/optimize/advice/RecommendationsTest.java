package io.edgeai.optimize.advice;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.OptimizationKind;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.optimize.testing.GraphBuilder;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** For each recommendation a graph that earns it, and one that just does not; multiplications counted by hand. */
class RecommendationsTest {
    /** Products of [rows,depth]·[depth,columns]: rows·depth·columns multiplications. */
    private static GraphBuilder product(long rows, int depth, int columns) {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", rows, depth).weight("w", 0.1, depth, columns);
        b.node("MatMul", "m", "x", "w");
        return b;
    }

    /** A convolution of size·size·9·in·out multiplications. */
    private static GraphBuilder convolution(long batch, int size, int in, int out) {
        GraphBuilder b = new GraphBuilder(13, 1).input("image", batch, in, size, size);
        b.conv("c", "image", in, out);
        return b;
    }

    private static Map<OptimizationKind, Recommendation> of(OnnxGraph graph) {
        return Advisor.of(graph).stream().collect(Collectors.toMap(Recommendation::kind, each -> each));
    }

    @Test
    void convolutionsThatAreMostOfTheWorkGoToBytesAndArePruned() {
        Map<OptimizationKind, Recommendation> found =
                of(convolution(1, 40, 16, 16).output("c").graph());
        assertThat(found)
                .containsOnlyKeys(
                        OptimizationKind.INT8_STATIC,
                        OptimizationKind.STRUCTURED_PRUNING,
                        OptimizationKind.FP16_WEIGHTS);
        assertThat(found.get(OptimizationKind.INT8_STATIC).why()).startsWith("100 %");
        assertThat(found.get(OptimizationKind.INT8_STATIC).needs()).contains("64 typical inputs");
    }

    @Test
    void twoMillionMultiplicationsAreTheLeastForBytes() {
        // 30·30·9·16·16 = 2,073,600 and 29·29·9·16·16 = 1,937,664
        assertThat(of(convolution(1, 30, 16, 16).output("c").graph())).containsKey(OptimizationKind.INT8_STATIC);
        Map<OptimizationKind, Recommendation> tiny =
                of(convolution(1, 29, 16, 16).output("c").graph());
        assertThat(tiny).containsOnlyKeys(OptimizationKind.DYNAMIC_BATCHING, OptimizationKind.FP16_WEIGHTS);
        assertThat(tiny.get(OptimizationKind.DYNAMIC_BATCHING).why()).contains("1937664 multiplications");
        assertThat(tiny.get(OptimizationKind.DYNAMIC_BATCHING).mostSpeedup()).isEqualTo(1.2);
    }

    @Test
    void productsThatAreMostOfTheWorkGoDynamic() {
        assertThat(of(product(200, 100, 100).output("m").graph()))
                .containsOnlyKeys(OptimizationKind.INT8_DYNAMIC, OptimizationKind.FP16_WEIGHTS);
    }

    /** 64·64·9·8·8 = 2.36 million of convolutions and 100·100·b of products. */
    @Test
    void whoHasHalfOfTheWorkDecides() {
        for (int rows : new int[] {100, 400}) {
            GraphBuilder b = convolution(1, 64, 8, 8);
            b.input("x", rows, 100).weight("w", 0.1, 100, 100);
            b.node("MatMul", "m", "x", "w");
            Map<OptimizationKind, Recommendation> found =
                    of(b.output("c").output("m").graph());
            double convolutions = 2_359_296.0 / (2_359_296.0 + rows * 10_000.0);
            assertThat(found.containsKey(OptimizationKind.INT8_STATIC))
                    .as(rows + " rows")
                    .isEqualTo(convolutions >= 0.5);
            assertThat(found.containsKey(OptimizationKind.INT8_DYNAMIC))
                    .as(rows + " rows")
                    .isEqualTo(convolutions <= 0.5);
            Recommendation first = Advisor.of(b.graph()).get(0);
            double share = Math.max(convolutions, 1 - convolutions);
            assertThat(first.why()).startsWith(Math.round(100 * share) + " %");
        }
    }

    @Test
    void severalThreadsFromTwoHundredMillionOn() {
        assertThat(of(product(2000, 316, 317).output("m").graph())).containsKey(OptimizationKind.RUNTIME_TUNING);
        assertThat(of(product(1999, 316, 316).output("m").graph())).doesNotContainKey(OptimizationKind.RUNTIME_TUNING);
    }

    @Test
    void recurrentLayersGoDynamicWhereTheyAreTheWork() {
        GraphBuilder b = new GraphBuilder(14, 1).input("x", 20, 1, 32);
        b.weight("w", 0.1, 1, 4 * 64, 32).weight("r", 0.1, 1, 4 * 64, 64);
        b.node("LSTM", "h", "x", "w", "r").attribute("hidden_size", 64);
        Map<OptimizationKind, Recommendation> found = of(b.output("h").graph());
        assertThat(found.get(OptimizationKind.INT8_DYNAMIC).why()).contains("recurrent layers");
        assertThat(found.get(OptimizationKind.INT8_DYNAMIC).sizeShare()).isEqualTo(0.27);
        assertThat(of(convolution(1, 40, 16, 16).output("c").graph())).doesNotContainKey(OptimizationKind.INT8_DYNAMIC);
    }

    @Test
    void batchingNeedsAFreeBatch() {
        Recommendation free = of(product(-1, 16, 8).output("m").graph()).get(OptimizationKind.DYNAMIC_BATCHING);
        Recommendation fixed = of(product(1, 16, 8).output("m").graph()).get(OptimizationKind.DYNAMIC_BATCHING);
        assertThat(free.needs()).isEmpty();
        assertThat(fixed.needs()).isEqualTo("a free batch dimension");
        assertThat(fixed.leastSpeedup()).as("products gain most").isEqualTo(5);
    }

    @Test
    void whatIsAdvisedAlwaysEndsWithHalfTheSize() {
        for (OnnxGraph graph : List.of(
                product(200, 100, 100).output("m").graph(),
                product(-1, 16, 8).output("m").graph(),
                convolution(1, 40, 16, 16).output("c").graph())) {
            List<Recommendation> found = Advisor.of(graph);
            assertThat(found.get(found.size() - 1).kind()).isEqualTo(OptimizationKind.FP16_WEIGHTS);
            assertThat(found).allSatisfy(each -> {
                assertThat(each.leastSpeedup()).isLessThanOrEqualTo(each.mostSpeedup());
                assertThat(each.sizeShare()).isBetween(0.1, 1.0);
            });
        }
    }

    @Test
    void textsNameTheRangeOnlyWhereThereIsOne() {
        Recommendation same = new Recommendation(OptimizationKind.FP16_WEIGHTS, "why", 1, 1, 0.5, "");
        Recommendation range = new Recommendation(OptimizationKind.INT8_STATIC, "why", 1.7, 3.4, 0.28, "samples");
        assertThat(same.toString()).endsWith(": why; expect 1.0× the speed and 50 % of the size");
        assertThat(range.toString()).endsWith("expect 1.7–3.4× the speed and 28 % of the size; needs samples");
    }
}
