package io.edgeai.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeai.samples.Console;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FederateEpsilonCommandTest {
    private static Console run(String arguments) {
        return Console.run((Object[]) ("federate epsilon " + arguments).split(" "));
    }

    /** Without sampling and in one step δ is Φ(1/2σ − εσ) − e^ε·Φ(−1/2σ − εσ): σ = 1, ε = 4.37718 gives 1e-5. */
    @ParameterizedTest
    @CsvSource({"pld, 4.37718, 0.005", "rdp, 4.72851, 0.001"})
    void oneGaussianStepCostsWhatItCosts(String accountant, double expected, double tolerance) {
        JsonNode answer =
                Answers.json(run("--sampling 1 --noise 1 --steps 1 --delta 1e-5 --json --accountant " + accountant), 0);

        assertThat(answer.get("epsilon").doubleValue()).isCloseTo(expected, within(tolerance));
        assertThat(answer.get("accountant").textValue()).isEqualTo(accountant);
    }

    @Test
    void aBudgetAsksForNoise() {
        JsonNode answer = Answers.json(run("--sampling 0.01 --epsilon 2 --steps 1000 --delta 1e-5 --json"), 0);

        assertThat(answer.get("epsilon").doubleValue()).isBetween(1.999, 2.0);
        String back = "--sampling 0.01 --steps 1000 --delta 1e-5 --json --noise " + answer.get("noise");
        assertThat(Answers.json(run(back), 0).get("epsilon")).isEqualTo(answer.get("epsilon"));
    }

    @Test
    void fixedSizesCostMoreThanIndependentDraws() {
        String same = "--sampling 0.01 --noise 3 --steps 100 --delta 1e-5 --json";

        JsonNode fixed = Answers.json(run(same + " --fixed-size"), 0);

        assertThat(fixed.get("accountant").textValue()).isEqualTo("rdp");
        assertThat(fixed.get("epsilon").doubleValue())
                .isGreaterThan(Answers.json(run(same), 0).get("epsilon").doubleValue());
    }

    @Test
    void peopleGetASentence() {
        assertThat(run("--noise 2 --steps 1 --delta 1e-6").out())
                .startsWith("(")
                .contains("differential privacy");
    }

    @ParameterizedTest
    @CsvSource({
        "--steps 1 --delta 1e-5, --noise",
        "--noise 1 --epsilon 2 --steps 1 --delta 1e-5, --epsilon",
        "--noise 0 --steps 1 --delta 1e-5, Noise multiplier (0.0)",
        "--noise 1 --sampling 2 --steps 1 --delta 1e-5, (2.0)",
        "--noise 1 --steps 1 --delta 1, delta (1.0)",
        "--noise 1 --steps 1 --delta 1e-5 --accountant moments, (moments)",
        "--noise 1 --steps 1 --delta 1e-5 --fixed-size --accountant pld, rdp",
    })
    void whatCannotBeCountedIsRefused(String arguments, String says) {
        Answers.refused(run(arguments), says);
    }
}
