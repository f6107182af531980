package io.edgeai.optimize.retrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class TrainSettingsTest {
    private static final TrainSettings DEFAULTS = TrainSettings.defaults();

    static Stream<Arguments> refused() {
        return Stream.of(
                refusal(s -> s.epochs(0), "epochs (0)"),
                refusal(s -> s.batchSize(0), "batchSize (0)"),
                refusal(s -> s.warmUpSteps(-1), "warmUpSteps (-1)"),
                refusal(s -> s.learningRate(0), "learningRate (0.0)"),
                refusal(s -> s.learningRate(Double.NaN), "learningRate (NaN)"),
                refusal(s -> s.weightDecay(-1), "weightDecay (-1.0)"),
                refusal(s -> s.clipNorm(-1), "clipNorm (-1.0)"),
                refusal(s -> s.average(-0.1), "average (-0.1)"),
                refusal(s -> s.average(Double.NaN), "average (NaN)"),
                refusal(s -> s.teacherShare(1.5), "teacherShare (1.5)"),
                refusal(s -> s.teacherShare(Double.NaN), "teacherShare (NaN)"),
                refusal(s -> s.temperature(0), "temperature (0.0)"),
                refusal(s -> s.featureWeight(-1), "featureWeight (-1.0)"),
                refusal(s -> s.featureWeight(Double.NaN), "featureWeight (NaN)"));
    }

    private static Arguments refusal(UnaryOperator<TrainSettings> change, String says) {
        return Arguments.of(change, says);
    }

    @ParameterizedTest
    @MethodSource("refused")
    void badValuesAreNamed(UnaryOperator<TrainSettings> change, String says) {
        assertThatThrownBy(() -> change.apply(DEFAULTS))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(says)
                .hasMessageContaining("Maybe");
    }

    @Test
    void eachSettingChangesOnlyItself() {
        TrainSettings all = DEFAULTS.epochs(2)
                .batchSize(8)
                .learningRate(0.1)
                .warmUpSteps(3)
                .weightDecay(0)
                .clipNorm(0)
                .average(0.2)
                .teacherShare(0.25)
                .temperature(3)
                .featureWeight(5)
                .images(new ImageAugmentation(true, 2))
                .normalize(false);
        assertThat(all)
                .isEqualTo(new TrainSettings(
                        2, 8, 0.1, 3, 0, 0, 0.2, 0.25, 3.0, 5, new ImageAugmentation(true, 2), false));
        assertThat(all)
                .hasToString(
                        "2 epochs, batches of 8, rate 0.1 after 3 steps, weight decay 0.0, averaged over 0.2 of all"
                                + " steps, teacher's share 0.25, temperature 3.0, features' weight 5.0, mirrored, shifted"
                                + " by up to 2, normalization left as it is");
        assertThat(DEFAULTS)
                .hasToString("10 epochs, batches of 32, rate 0.02 after 50 steps, weight decay 1.0E-4, gradients of at"
                        + " most 1.0, averaged over 0.1 of all steps");
    }

    @Test
    void whatHasFurtherToGoTakesLongerSteps() {
        assertThat(TrainSettings.taught()).isEqualTo(DEFAULTS.learningRate(0.04));
        assertThat(TrainSettings.quantizationAware())
                .isEqualTo(DEFAULTS.learningRate(0.005).epochs(3));
    }

    @ParameterizedTest
    @CsvSource({"false, true, 0, 2", "true, true, 0.5, 2", "true, false, 1, 4"})
    void shareAndTemperatureFollowFromWhatThereIs(boolean teacher, boolean labels, double share, double temperature) {
        assertThat(DEFAULTS.share(teacher, labels)).isEqualTo(share);
        assertThat(DEFAULTS.softness(share)).isEqualTo(temperature);
        assertThat(DEFAULTS.teacherShare(0.7).temperature(9).share(teacher, labels))
                .isEqualTo(0.7);
        assertThat(DEFAULTS.temperature(9).softness(share)).isEqualTo(9);
    }

    @Test
    void theRateRisesAndFalls() {
        double[] rates = new double[1000];
        for (int step = 0; step < rates.length; step++) {
            rates[step] = DEFAULTS.schedule(1000).at(step, 1000);
        }
        assertThat(rates[0]).isCloseTo(0.02 / 51, within(1e-9));
        assertThat(rates[50]).isCloseTo(0.02, within(1e-9));
        assertThat(rates[50 + 949 / 2]).isCloseTo(0.01, within(1e-4));
        assertThat(rates[999]).isCloseTo(0, within(1e-9));
        assertThat(DEFAULTS.schedule(100).at(10, 100))
                .as("a short training warms up in a tenth of its steps")
                .isCloseTo(0.02, within(1e-9));
    }
}
