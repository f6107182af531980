package io.edgeai.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.OptimizationKind;
import io.edgeai.optimize.calibration.CalibrationMethod;
import io.edgeai.optimize.data.CalibrationData;
import io.edgeai.optimize.data.LabelledData;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RecipeTest {
    private static final CalibrationData DATA = CalibrationData.of(new float[][] {{1}});
    private static final LabelledData LABELLED = LabelledData.of(new float[][] {{1}}, new int[] {0});

    @Test
    void defaultsAsDocumented() {
        Recipe recipe = Recipe.builder().int8Dynamic().build();
        assertThat(recipe.methods()).containsExactly(OptimizationKind.INT8_DYNAMIC);
        assertThat(recipe.latencyRounds()).isEqualTo(15);
        assertThat(recipe.seed()).isEqualTo(1);
        assertThat(recipe.accuracyFloor()).isZero();
        assertThat(recipe.calibrationMethod()).isEqualTo(CalibrationMethod.MIN_MAX);
        assertThat(recipe.weightRange()).isEqualTo(Recipe.WeightRange.AUTO);
        assertThat(recipe.keepFloat()).isEmpty();
        assertThat(recipe.progress()).isSameAs(Progress.NONE);
        assertThat(recipe.calibration()).isNull();
        assertThat(recipe.samples()).isNull();
        assertThat(recipe.labelled()).isNull();
    }

    @Test
    void settersAreKept() {
        Progress progress = (phase, done, total) -> {};
        Recipe recipe = Recipe.builder()
                .int8(DATA)
                .keepAccuracy(0.99, LABELLED)
                .samples(DATA)
                .calibrationMethod(CalibrationMethod.ENTROPY)
                .weightRange(Recipe.WeightRange.REDUCED)
                .keepFloat(Set.of("conv1"))
                .latencyRounds(31)
                .seed(9)
                .progress(progress)
                .build();
        for (Recipe each : new Recipe[] {recipe, recipe.toBuilder().build()}) {
            assertThat(each.methods()).containsExactly(OptimizationKind.INT8_STATIC);
            assertThat(each.calibration()).isSameAs(DATA);
            assertThat(each.samples()).isSameAs(DATA);
            assertThat(each.labelled()).isSameAs(LABELLED);
            assertThat(each.accuracyFloor()).isEqualTo(0.99);
            assertThat(each.calibrationMethod()).isEqualTo(CalibrationMethod.ENTROPY);
            assertThat(each.weightRange()).isEqualTo(Recipe.WeightRange.REDUCED);
            assertThat(each.keepFloat()).containsExactly("conv1");
            assertThat(each.latencyRounds()).isEqualTo(31);
            assertThat(each.seed()).isEqualTo(9);
            assertThat(each.progress()).isSameAs(progress);
        }
        assertThat(recipe)
                .hasToString("int8 static, 1 calibration samples, entropy, keep 0.99 of the accuracy, float:"
                        + " [conv1], weight range reduced, seed 9");
    }

    @Test
    void exactlyOneMethod() {
        assertThatThrownBy(() -> Recipe.builder().build())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("one of auto, int8, int8Dynamic, int4 and fp16");
        assertThatThrownBy(() -> Recipe.builder().int8(DATA).fp16().build())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("INT8_STATIC, FP16_WEIGHTS");
    }

    @Test
    void badValuesFailAtTheSetter() {
        Recipe.Builder builder = Recipe.builder();
        for (double share : new double[] {0, -1, 1.01, Double.NaN, 99}) {
            assertThatThrownBy(() -> builder.keepAccuracy(share, LABELLED))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("keepAccuracy (" + share + ")");
        }
        assertThatThrownBy(() -> builder.latencyRounds(-1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("latencyRounds (-1)");
        assertThatThrownBy(() -> builder.latencyRounds(10_001)).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void labelsWithoutAFloor() {
        Recipe recipe = Recipe.builder().fp16().labelled(LABELLED).build();
        assertThat(recipe.labelled()).isSameAs(LABELLED);
        assertThat(recipe.accuracyFloor()).isZero();
        assertThat(recipe.methods()).containsExactly(OptimizationKind.FP16_WEIGHTS);
    }
}
