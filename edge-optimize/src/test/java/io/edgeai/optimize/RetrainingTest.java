package io.edgeai.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.OptimizationKind;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.optimize.data.CalibrationData;
import io.edgeai.optimize.data.LabelledData;
import io.edgeai.optimize.retrain.TrainSettings;
import io.edgeai.optimize.testing.GraphBuilder;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a recipe says about training, before any training. */
class RetrainingTest {
    private static final CalibrationData DATA = CalibrationData.of(new float[][] {{1}});
    private static final LabelledData LABELLED = LabelledData.of(new float[][] {{1}}, new int[] {0});
    private static final TrainSettings HALF = TrainSettings.defaults().teacherShare(0.5);

    static Stream<Arguments> refused() {
        OnnxGraph student = GraphBuilder.residualNet(13, 1);
        return Stream.of(
                refusal("no examples to train on", r -> r.prune(0.5).fineTune()),
                refusal("no examples to train on", r -> r.student(student)),
                refusal("no examples to train on", r -> r.int8(DATA).quantizationAware()),
                refusal("nothing is trained", r -> r.prune(0.5).trainOn(LABELLED)),
                refusal("prune is not asked for", r -> r.fp16().fineTune().trainOn(LABELLED)),
                refusal("static INT8", r -> r.int8Dynamic().quantizationAware().trainOn(LABELLED)),
                refusal("static INT8", r -> r.auto().quantizationAware().trainOn(LABELLED)),
                refusal("(0.5) leaves a part", r -> r.prune(0.5).fineTune(HALF).trainOn(DATA)),
                refusal("(0.5) leaves a part", r -> r.student(student, HALF).trainOn(DATA)),
                refusal(
                        "trainFirst learns classes",
                        r -> r.prune(0.5).fineTune().trainFirst(HALF).trainOn(DATA)),
                refusal(
                        "trainFirst makes a teacher",
                        r -> r.int8(DATA).trainFirst(HALF).trainOn(LABELLED)),
                refusal("one of auto", r -> r.fineTune().trainOn(LABELLED)));
    }

    private static Arguments refusal(String says, UnaryOperator<Recipe.Builder> steps) {
        return Arguments.of(says, steps);
    }

    @ParameterizedTest
    @MethodSource("refused")
    void whatDoesNotFitTogetherIsNamed(String says, UnaryOperator<Recipe.Builder> steps) {
        assertThatThrownBy(() -> steps.apply(Recipe.builder()).build())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(says)
                .hasMessageContaining("Maybe");
    }

    @Test
    void allProblemsAreNamedAtOnce() {
        Recipe.Builder recipe = Recipe.builder().int8Dynamic().fp16().fineTune().quantizationAware();
        assertThatThrownBy(recipe::build)
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContainingAll("one of auto", "no examples", "prune is not asked for", "static INT8");
    }

    @Test
    void aStudentOrPruningAloneIsAMethod() {
        OnnxGraph student = GraphBuilder.residualNet(13, 1);
        Recipe alone = Recipe.builder().student(student).trainOn(DATA).build();
        Recipe pruned =
                Recipe.builder().student(student).prune(0.2).trainOn(LABELLED).build();
        assertThat(alone.methods()).containsExactly(OptimizationKind.DISTILLATION);
        assertThat(pruned.methods()).containsExactly(OptimizationKind.STRUCTURED_PRUNING);
    }

    @Test
    void theRecipeKeepsAndNamesAllSteps() {
        OnnxGraph student = GraphBuilder.residualNet(13, 1);
        Recipe recipe = Recipe.builder()
                .student(student, TrainSettings.defaults().epochs(20))
                .prune(0.25)
                .fineTune(TrainSettings.defaults().epochs(5))
                .int8(DATA)
                .quantizationAware()
                .trainOn(LABELLED)
                .build();
        student.initializers().clear();
        for (Recipe each : new Recipe[] {recipe, recipe.toBuilder().build()}) {
            assertThat(each.toString())
                    .contains("0.25 of the channels pruned, student (test) taught: 20 epochs")
                    .contains("; fine-tuned: 5 epochs")
                    .contains("; quantization-aware: 3 epochs, batches of 32, rate 0.005")
                    .contains("; trained on 1 labelled examples");
            assertThat(each.retraining().student().initializers())
                    .as("a copy of what was given")
                    .isNotEmpty();
        }
    }

    @Test
    void theLastExamplesGivenCount() {
        Recipe recipe = Recipe.builder()
                .prune(0.5)
                .fineTune()
                .trainOn(LABELLED)
                .trainOn(DATA)
                .build();
        assertThat(recipe.retraining().labelled()).isNull();
        assertThat(recipe.retraining().unlabelled()).isSameAs(DATA);
        assertThat(recipe.retraining().examplesDigest()).isEqualTo(DATA.digest());
        assertThat(Recipe.builder().fp16().build().retraining().any()).isFalse();
    }
}
