package io.edgeai.optimize;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.optimize.data.CalibrationData;
import io.edgeai.optimize.data.LabelledData;
import io.edgeai.optimize.testing.RedundantNets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Counted by hand: images are numbered, and which may be used follows from which judge. */
class PruningExamplesTest {
    private final OnnxGraph graph = RedundantNets.narrow(8, 1);
    private final float[][] images = NoiseImages.of(400, 1).values();

    private CalibrationData unlabelled(int from, int to) {
        return CalibrationData.of(Arrays.copyOfRange(images, from, to));
    }

    private LabelledData labelled(int from, int to) {
        return LabelledData.of(Arrays.copyOfRange(images, from, to), new int[to - from]);
    }

    private Recipe.Builder search(CalibrationData data) {
        return Recipe.builder().auto(data).timeBudget(Duration.ofMinutes(1));
    }

    private PruningExamples found(Recipe.Builder recipe, int compared, boolean compares) {
        List<Map<String, Tensor>> feeds = unlabelled(0, compared).feeds(graph);
        return PruningExamples.of(recipe.build(), graph, feeds, compares);
    }

    private static float first(Map<String, Tensor> feed) {
        return feed.get("x").floats()[0];
    }

    @Test
    void samplesThatAnswersAreComparedOnAreLeftOut() {
        PruningExamples found = found(search(unlabelled(0, 160)), 64, true);
        assertThat(found.repair()).hasSize(96);
        assertThat(first(found.repair().get(0))).isEqualTo(images[64][0]);
        assertThat(found.lessons()).as("too few to teach by").isNull();
        assertThat(found.lacking()).isEmpty();
    }

    @Test
    void manyTeachToo() {
        PruningExamples found = found(search(unlabelled(0, 400)), 64, true);
        assertThat(found.lessons()).isNotNull();
        assertThat(found.lessons().unlabelled().size()).isEqualTo(400 - 64);
    }

    @Test
    void whereClassesJudgeAllButTheirImagesServe() {
        PruningExamples apart = found(search(unlabelled(0, 64)).keepAccuracy(0.99, labelled(100, 200)), 64, false);
        assertThat(apart.repair()).hasSize(64);
        PruningExamples half = found(search(unlabelled(0, 100)).keepAccuracy(0.99, labelled(40, 200)), 64, false);
        assertThat(half.repair()).as("the first 40 judge nothing").hasSize(40);
        PruningExamples same = found(search(unlabelled(0, 64)).keepAccuracy(0.99, labelled(0, 64)), 64, false);
        assertThat(same.repair()).isEmpty();
        assertThat(same.lacking()).contains("at least 32, and there are 0", "Maybe give trainOn");
    }

    @Test
    void examplesGivenForItComeFirst() {
        PruningExamples found = found(search(unlabelled(0, 400)).trainOn(labelled(300, 320)), 64, true);
        assertThat(found.repair()).hasSize(20);
        assertThat(found.lessons().labelled().size()).isEqualTo(20);
    }

    @Test
    void noMoreAreReadThanMemoryHolds() {
        assertThat(PruningExamples.most(Map.of("x", Tensor.of(new float[192], 1, 192))))
                .isEqualTo(1000);
        assertThat(PruningExamples.most(Map.of("x", Tensor.of(new float[1 << 20], 1, 1 << 20))))
                .isEqualTo(16);
    }
}
