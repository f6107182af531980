package io.edgeai.optimize.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.OptimizationKind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Against comparing every trial with every other; few different numbers, so that there are many ties. */
class ParetoFrontPropertyTest {
    private static final List<Trial.Outcome> OUTCOMES = List.of(Trial.Outcome.values());

    private static Trial random(Random random, int index, boolean labelled) {
        Figures figures = random.nextInt(8) == 0
                ? null
                : new Figures(
                        1 + random.nextInt(5),
                        10,
                        random.nextInt(6) == 0 ? Double.NaN : 0.5 * (1 + random.nextInt(5)),
                        random.nextDouble(),
                        random.nextDouble(),
                        labelled ? random.nextInt(4) / 4.0 : Double.NaN,
                        1,
                        random.nextInt(4) / 4.0,
                        random.nextInt(3),
                        random.nextInt(100));
        Trial.Outcome outcome = OUTCOMES.get(random.nextInt(3));
        return new Trial("t" + index, OptimizationKind.INT8_STATIC, outcome, "", figures);
    }

    private static List<Trial> trials(long seed) {
        Random random = new Random(seed);
        boolean labelled = random.nextBoolean();
        List<Trial> trials = new ArrayList<>();
        int count = random.nextInt(30);
        for (int i = 0; i < count; i++) {
            trials.add(random(random, i, labelled));
        }
        return trials;
    }

    /** Size, speed, answers: smaller is better in all three. Of equal agreement the smaller error is the better answer. */
    private static double[] costs(Figures figures) {
        double speed = Double.isNaN(figures.speedup()) ? 1 : figures.speedup();
        double right =
                Double.isNaN(figures.accuracy()) ? figures.agreement() + figures.sqnrDb() / 1000 : figures.accuracy();
        return new double[] {figures.bytes(), -speed, -right};
    }

    private static boolean dominates(double[] a, double[] b) {
        boolean better = false;
        for (int i = 0; i < 3; i++) {
            if (a[i] > b[i]) {
                return false;
            }
            better |= a[i] < b[i];
        }
        return better;
    }

    @Test
    void whatNoneOfTheOthersBeats() {
        for (long seed = 0; seed < 300; seed++) {
            List<Trial> trials = trials(seed);
            List<Trial> usable = trials.stream()
                    .filter(trial -> trial.figures() != null && trial.outcome() != Trial.Outcome.REFUSED)
                    .toList();
            List<Trial> expected = new ArrayList<>();
            for (int i = 0; i < usable.size(); i++) {
                double[] own = costs(usable.get(i).figures());
                boolean beaten = false;
                for (int j = 0; j < usable.size(); j++) {
                    double[] other = costs(usable.get(j).figures());
                    beaten |= dominates(other, own) || (j < i && java.util.Arrays.equals(own, other));
                }
                if (!beaten) {
                    expected.add(usable.get(i));
                }
            }
            List<Trial> front = ParetoFront.of(trials);
            assertThat(front).as("seed " + seed).containsExactlyInAnyOrderElementsOf(expected);
            assertThat(front)
                    .as("seed " + seed)
                    .isSortedAccordingTo((a, b) ->
                            Long.compare(a.figures().bytes(), b.figures().bytes()));
        }
    }

    @Test
    void theOrderOfTheTrialsDoesNotMatterButForEqualOnes() {
        for (long seed = 0; seed < 100; seed++) {
            List<Trial> trials = trials(seed);
            List<Trial> shuffled = new ArrayList<>(trials);
            Collections.shuffle(shuffled, new Random(seed));
            assertThat(ParetoFront.of(shuffled).stream().map(trial -> costs(trial.figures())))
                    .as("seed " + seed)
                    .containsExactlyInAnyOrderElementsOf(ParetoFront.of(trials).stream()
                            .map(trial -> costs(trial.figures()))
                            .toList());
        }
    }

    @Test
    void dominatingIsAnOrder() {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            boolean labelled = random.nextBoolean();
            Figures[] three = new Figures[3];
            for (int i = 0; i < 3; i++) {
                Figures figures = random(random, i, labelled).figures();
                three[i] =
                        figures == null ? new Figures(1, 10, 1, 1, 1, labelled ? 1 : Double.NaN, 1, 1, 1, 1) : figures;
            }
            assertThat(three[0].dominates(three[0])).as("seed " + seed).isFalse();
            assertThat(three[0].dominates(three[1]) && three[1].dominates(three[0]))
                    .as("seed " + seed)
                    .isFalse();
            if (three[0].dominates(three[1]) && three[1].dominates(three[2])) {
                assertThat(three[0].dominates(three[2])).as("seed " + seed).isTrue();
            }
            assertThat(three[0].dominates(three[1]))
                    .as("seed " + seed)
                    .isEqualTo(dominates(costs(three[0]), costs(three[1])));
        }
    }
}
