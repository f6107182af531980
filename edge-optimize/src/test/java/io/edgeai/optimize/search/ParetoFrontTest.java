package io.edgeai.optimize.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.OptimizationKind;
import io.edgeai.optimize.search.Trial.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class ParetoFrontTest {
    static Figures figures(long bytes, double speedup, double accuracy) {
        return new Figures(bytes, 1000, speedup, 10, 20, accuracy, 0.9, 1, 40, 5000);
    }

    private static Trial trial(String name, Outcome outcome, Figures figures) {
        return new Trial(name, OptimizationKind.INT8_STATIC, outcome, "", figures);
    }

    @Test
    void onlyWhatNothingBeatsIsOnTheFrontSmallestFirst() {
        List<Trial> trials = List.of(
                trial("half", Outcome.PASSED, figures(500, 1.0, 0.9)),
                trial("worse half", Outcome.PASSED, figures(510, 1.0, 0.9)),
                trial("quarter", Outcome.KEPT, figures(250, 2.0, 0.89)),
                trial("refused", Outcome.REFUSED, figures(10, 9.0, 0.9)),
                new Trial("broken", OptimizationKind.FP16_WEIGHTS, Outcome.REFUSED, "", null));

        assertThat(ParetoFront.of(trials)).extracting(Trial::name).containsExactly("quarter", "half");
    }

    @Test
    void ofEqualOnesTheFirstStays() {
        List<Trial> trials = List.of(
                trial("a", Outcome.PASSED, figures(250, 2, 0.9)), trial("b", Outcome.PASSED, figures(250, 2, 0.9)));

        assertThat(ParetoFront.of(trials)).extracting(Trial::name).containsExactly("a");
    }

    @Test
    void withoutLabelsAgreementIsTheQuality() {
        Figures close = new Figures(500, 1000, 1, 1, 1, Double.NaN, Double.NaN, 1.0, 40, 1);
        Figures far = new Figures(500, 1000, 1, 1, 1, Double.NaN, Double.NaN, 0.5, 40, 1);

        assertThat(close.dominates(far)).isTrue();
        assertThat(far.dominates(close)).isFalse();
    }

    @Test
    void ofEqualAgreementTheOneWithLessErrorIsNotBeatenBySize() {
        Figures exact = new Figures(500, 1000, 1, 1, 1, Double.NaN, Double.NaN, 1.0, 70, 1);
        Figures small = new Figures(250, 1000, 1, 1, 1, Double.NaN, Double.NaN, 1.0, 40, 1);

        assertThat(small.dominates(exact)).isFalse();
        assertThat(exact.dominates(new Figures(500, 1000, 1, 1, 1, Double.NaN, Double.NaN, 1.0, 40, 1)))
                .isTrue();
        assertThat(figures(250, 1, 0.9).dominates(figures(500, 1, 0.9)))
                .as("with labels only the accuracy counts")
                .isTrue();
    }

    /** Against the definition, pair by pair. */
    @RepeatedTest(50)
    void frontIsWhatNoOtherDominates(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        List<Trial> trials = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            Figures figures = figures(100 + random.nextInt(8), 1 + random.nextInt(5) / 4.0, random.nextInt(4) / 4.0);
            trials.add(trial("t" + i, random.nextInt(5) == 0 ? Outcome.REFUSED : Outcome.PASSED, figures));
        }
        List<Trial> expected = new ArrayList<>();
        for (Trial one : trials) {
            boolean beaten = one.outcome() == Outcome.REFUSED;
            for (Trial other : trials) {
                if (other.outcome() != Outcome.REFUSED) {
                    beaten |= strictlyBetter(other.figures(), one.figures());
                    beaten |= trials.indexOf(other) < trials.indexOf(one) && equal(other.figures(), one.figures());
                }
            }
            if (!beaten) {
                expected.add(one);
            }
        }

        assertThat(ParetoFront.of(trials))
                .as("seed %d", repetition.getCurrentRepetition())
                .containsExactlyInAnyOrderElementsOf(expected);
    }

    private static boolean equal(Figures a, Figures b) {
        return a.bytes() == b.bytes() && a.speedup() == b.speedup() && a.accuracy() == b.accuracy();
    }

    private static boolean strictlyBetter(Figures a, Figures b) {
        return a.bytes() <= b.bytes() && a.speedup() >= b.speedup() && a.accuracy() >= b.accuracy() && !equal(a, b);
    }
}
