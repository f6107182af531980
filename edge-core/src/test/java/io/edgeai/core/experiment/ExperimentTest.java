package io.edgeai.core.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.edgeai.core.error.InvalidInputException;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ExperimentTest {
    private static ExperimentBuilder errorsAndReward() {
        return Experiment.builder()
                .control("m@1", 1)
                .treatment("m@2", 1)
                .metric("error", Direction.LOWER_IS_BETTER)
                .metric("reward", Direction.HIGHER_IS_BETTER);
    }

    @Test
    void findsAnArmThatErrsMoreAndEarnsMore() {
        Experiment experiment = errorsAndReward().sharpestAt(1000).build();
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 4000; i++) {
            boolean treated = random.nextBoolean();
            String arm = treated ? "m@2" : "m@1";
            experiment.request(arm);
            experiment.observe(arm, "error", random.nextDouble() < (treated ? 0.2 : 0.1) ? 1 : 0);
            experiment.observe(arm, "reward", random.nextGaussian() + (treated ? 0.3 : 0));
        }
        ExperimentReport report = experiment.report();
        assertThat(report.of("m@2", "error").outcome()).isEqualTo(Outcome.WORSE);
        assertThat(report.of("m@2", "error").difference()).isCloseTo(0.1, within(0.03));
        assertThat(report.of("m@2", "reward").outcome()).isEqualTo(Outcome.BETTER);
        assertThat(report.of("m@2", "reward").interval().contains(0.3)).isTrue();
        assertThat(report.trustworthy()).isTrue();
        assertThat(report.requests().values().stream().mapToLong(n -> n).sum()).isEqualTo(4000);
        assertThat(report).asString().contains("m@2 in error: worse", "m@2 in reward: better");
    }

    @Test
    void armsAlikeStayUndecided() {
        Experiment experiment = errorsAndReward().build();
        SplittableRandom random = new SplittableRandom(2);
        for (int i = 0; i < 4000; i++) {
            experiment.observe(i % 2 == 0 ? "m@1" : "m@2", "error", random.nextDouble() < 0.1 ? 1 : 0);
            assertThat(experiment.report().of("m@2", "error").outcome()).isEqualTo(Outcome.UNDECIDED);
        }
        assertThat(experiment.report().of("m@2", "error").pairs()).isEqualTo(2000);
        assertThat(experiment.report().of("m@2", "reward").pairs()).isZero();
    }

    /** Pairs come in the order of arrival, whichever arm is ahead. */
    @Test
    void pairsTheFirstWithTheFirst() {
        Experiment experiment = errorsAndReward().build();
        for (int i = 0; i < 20; i++) {
            experiment.observe("m@1", "reward", i);
        }
        for (int i = 0; i < 20; i++) {
            experiment.observe("m@2", "reward", i + 5);
        }
        assertThat(experiment.report().of("m@2", "reward").difference()).isEqualTo(5);
        assertThat(experiment.report().of("m@2", "reward").pairs()).isEqualTo(20);
    }

    @Test
    void valuesWithoutPartnersAreBounded() {
        Experiment experiment = errorsAndReward().build();
        IntStream.range(0, 5000).forEach(i -> experiment.observe("m@1", "reward", i));
        assertThat(experiment.state().comparisons().get(1).control()).hasSize(Comparison.MOST_WAITING);
        experiment.observe("m@2", "reward", 0);
        assertThat(experiment.report().of("m@2", "reward").difference()).isEqualTo(-(5000 - Comparison.MOST_WAITING));
    }

    @Test
    void aFixedSizeEndsWithADecisionAndCountsNoPairBeyond() {
        Experiment alike = errorsAndReward().maxPairs(500).build();
        Experiment apart = errorsAndReward().maxPairs(500).build();
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < 600; i++) {
            alike.observePair("m@2", "reward", random.nextGaussian(), random.nextGaussian());
            apart.observePair("m@2", "reward", random.nextGaussian(), random.nextGaussian() + 0.4);
            if (i % 100 == 99) {
                alike.report();
                apart.report();
            }
        }
        assertThat(alike.report().of("m@2", "reward").outcome()).isEqualTo(Outcome.NO_DIFFERENCE_FOUND);
        assertThat(alike.report().of("m@2", "reward").pairs()).isEqualTo(500);
        assertThat(apart.report().of("m@2", "reward").outcome()).isEqualTo(Outcome.BETTER);
    }

    @Test
    void comparisonsShareTheirAlpha() {
        Experiment two = Experiment.builder()
                .control("a", 1)
                .treatment("b", 1)
                .treatment("c", 1)
                .metric("reward", Direction.HIGHER_IS_BETTER)
                .build();
        SplittableRandom random = new SplittableRandom(4);
        for (int i = 0; i < 400; i++) {
            double same = random.nextGaussian();
            two.observePair("b", "reward", 0, same + 0.16);
            two.observePair("c", "reward", 0, same + 0.16);
        }
        ComparisonReport report = two.report().of("b", "reward");
        double alone = two.state().comparisons().get(0).difference().pValue();
        assertThat(report.pValue()).isCloseTo(2 * alone, within(1e-12));
    }

    @Test
    void trafficThatDoesNotFitIsNotTrusted() {
        Experiment experiment = errorsAndReward().build();
        IntStream.range(0, 2000).forEach(i -> experiment.request(i % 5 < 3 ? "m@1" : "m@2"));
        assertThat(experiment.report().trustworthy()).isFalse();
        assertThat(experiment.report()).asString().contains("no comparison can be trusted");
    }

    @Test
    void goesOnFromItsJsonWithNothingLostOrCountedTwice() throws JsonProcessingException {
        Experiment whole = errorsAndReward().maxPairs(300).build();
        Experiment parts = errorsAndReward().maxPairs(300).build();
        ObjectMapper json = new ObjectMapper();
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 500; i++) {
            String arm = random.nextInt(3) == 0 ? "m@2" : "m@1";
            double value = random.nextGaussian();
            double covariate = value + random.nextGaussian();
            for (Experiment one : new Experiment[] {whole, parts}) {
                one.request(arm);
                one.observe(arm, "reward", value, covariate);
                one.report();
            }
            if (i % 50 == 0) {
                parts = Experiment.resume(
                        json.readValue(json.writeValueAsString(parts.state()), ExperimentState.class));
            }
        }
        assertThat(json.writeValueAsString(parts.state())).isEqualTo(json.writeValueAsString(whole.state()));
        assertThat(parts.report()).isEqualTo(whole.report());
    }

    @Test
    void threadsLoseNothing() throws InterruptedException {
        Experiment experiment = errorsAndReward().build();
        CountDownLatch done = new CountDownLatch(4);
        for (int t = 0; t < 4; t++) {
            String arm = t % 2 == 0 ? "m@1" : "m@2";
            new Thread(() -> {
                        for (int i = 0; i < 500; i++) {
                            experiment.request(arm);
                            experiment.observe(arm, "error", i % 2);
                        }
                        done.countDown();
                    })
                    .start();
        }
        done.await();
        assertThat(experiment.report().requests()).containsEntry("m@1", 1000L).containsEntry("m@2", 1000L);
        assertThat(experiment.report().of("m@2", "error").pairs()).isEqualTo(1000);
    }

    @Test
    void aPlanListsAllThatIsWrongWithIt() {
        assertThatThrownBy(() -> Experiment.builder()
                        .control("a", 0)
                        .treatment("a", 1)
                        .alpha(2)
                        .sharpestAt(0)
                        .build())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("metrics (0)")
                .hasMessageContaining("twice")
                .hasMessageContaining("alpha (2.0)")
                .hasMessageContaining("sharpestAt (0)")
                .hasMessageContaining("weights (0.0");
    }

    @Test
    void whatIsNotPlannedIsRefused() {
        Experiment experiment = errorsAndReward().build();
        assertThatThrownBy(() -> experiment.observe("m@3", "error", 1)).hasMessageContaining("Maybe one of (m@1, m@2)");
        assertThatThrownBy(() -> experiment.observe("m@1", "clicks", 1)).hasMessageContaining("not planned");
        assertThatThrownBy(() -> experiment.observe("m@1", "error", Double.NaN)).hasMessageContaining("finite");
        assertThatThrownBy(() -> experiment.observePair("m@1", "error", 0, 0)).hasMessageContaining("itself");
        assertThatThrownBy(() -> experiment.report().of("m@3", "error")).hasMessageContaining("no comparison");
        assertThat(experiment.report().of("m@2", "error").pairs()).isZero();
    }

    /** One sees what looks decided, and looks at nothing: the look at the end has the whole of α still. */
    @Test
    void whatIsShownIsNoLook() {
        Experiment experiment = Experiment.builder()
                .control("a", 1)
                .treatment("b", 1)
                .metric("x", Direction.HIGHER_IS_BETTER)
                .maxPairs(100)
                .build();
        for (int i = 0; i < 100; i++) {
            experiment.observe("a", "x", i % 2);
            experiment.observe("b", "x", 5 + i % 3);
            assertThat(experiment.shown().of("b", "x").outcome()).isEqualTo(Outcome.UNDECIDED);
        }
        assertThat(experiment.state().comparisons().get(0).looks()).isEmpty();
        ExperimentReport looked = experiment.report();
        assertThat(looked.of("b", "x").outcome()).isEqualTo(Outcome.BETTER);
        assertThat(experiment.shown()).isEqualTo(looked);
    }

    @Test
    void thatNoDifferenceWasFoundIsShownOnceItWasLookedFor() {
        Experiment experiment = Experiment.builder()
                .control("a", 1)
                .treatment("b", 1)
                .metric("x", Direction.HIGHER_IS_BETTER)
                .maxPairs(100)
                .build();
        for (int i = 0; i < 100; i++) {
            experiment.observe("a", "x", i % 2);
            experiment.observe("b", "x", (i + 1) % 2);
        }
        assertThat(experiment.shown().of("b", "x").outcome()).isEqualTo(Outcome.UNDECIDED);
        assertThat(experiment.report().of("b", "x").outcome()).isEqualTo(Outcome.NO_DIFFERENCE_FOUND);
        assertThat(experiment.shown().of("b", "x").outcome()).isEqualTo(Outcome.NO_DIFFERENCE_FOUND);
    }
}
