package io.edgeai.monitor.label;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.VersionRef;
import io.edgeai.monitor.FakeTime;
import io.edgeai.monitor.metric.Share;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class LabelJoinTest {
    private static final VersionRef V1 = VersionRef.of("defects", 1);
    private static final VersionRef V2 = VersionRef.of("defects", 2);

    private final FakeTime time = new FakeTime();
    private final LabelJoin labels = new LabelJoin(time, 1000, Duration.ofDays(7));

    @RepeatedTest(20)
    void whateverTheOrderEachIdCountsOnceForItsVersion(RepetitionInfo repetition) {
        int seed = repetition.getCurrentRepetition();
        Random random = new Random(seed);
        List<Runnable> steps = new ArrayList<>();
        long[] right = new long[2];
        long[] total = new long[2];
        for (int i = 0; i < 400; i++) {
            String id = "call-" + i;
            int version = random.nextInt(2);
            boolean hit = random.nextInt(10) > 0;
            steps.add(() -> labels.answered(version == 0 ? V1 : V2, id, "scratch"));
            if (random.nextInt(4) > 0) {
                steps.add(() -> labels.labelled(id, hit ? "scratch" : "dent"));
                right[version] += hit ? 1 : 0;
                total[version]++;
            }
        }
        Collections.shuffle(steps, random);
        steps.forEach(Runnable::run);

        assertThat(labels.accuracy(V1)).as("seed %s", seed).isEqualTo(new Share(right[0], total[0]));
        assertThat(labels.accuracy(V2)).as("seed %s", seed).isEqualTo(new Share(right[1], total[1]));
        assertThat(labels.waiting()).as("seed %s", seed).isEqualTo((int) (400 - total[0] - total[1]));
        assertThat(labels.duplicates()).isZero();
    }

    /** By when the second of answer and label came, version by version. */
    @Test
    void outcomesComeInTheOrderInWhichTheyWereJoined() {
        Random random = new Random(5);
        List<Boolean> wrong = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            boolean right = random.nextInt(3) > 0;
            VersionRef version = i % 3 == 0 ? V2 : V1;
            String id = "call-" + i;
            if (random.nextBoolean()) {
                labels.answered(version, id, "x");
                labels.labelled(id, right ? "x" : "y");
            } else {
                labels.labelled(id, right ? "x" : "y");
                labels.answered(version, id, "x");
            }
            if (version.equals(V1)) {
                wrong.add(!right);
            }
        }
        Map<VersionRef, Outcomes> taken = labels.takeOutcomes();
        assertThat(taken).containsOnlyKeys(V1, V2);
        Outcomes outcomes = taken.getOrDefault(V1, new Outcomes());
        assertThat(outcomes.size()).isEqualTo(200);
        for (int i = 0; i < outcomes.size(); i++) {
            assertThat(outcomes.wrong(i)).as("outcome %s, seed 5", i).isEqualTo(wrong.get(i));
        }
        assertThat(labels.takeOutcomes()).isEmpty();
        assertThat(labels.takeFresh()).as("one of the two takes").isEmpty();
    }

    @Test
    void beyondTheMostOutcomesAreOnlyCounted() {
        Outcomes outcomes = new Outcomes();
        for (int i = 0; i < Outcomes.MOST + 50; i++) {
            outcomes.add(i % 2 == 0);
        }
        assertThat(outcomes.size()).isEqualTo(Outcomes.MOST);
        assertThat(outcomes.share()).isEqualTo(new Share(Outcomes.MOST / 2 + 25, Outcomes.MOST + 50));
        assertThat(outcomes.wrong(Outcomes.MOST - 1)).isTrue();
    }

    @Test
    void whatIsFreshIsTakenOnce() {
        labels.answered(V1, "a", "x");
        labels.labelled("a", "x");
        labels.answered(V1, "b", "x");
        labels.labelled("b", "y");
        assertThat(labels.takeFresh()).isEqualTo(Map.of(V1, new Share(1, 2)));
        assertThat(labels.takeFresh()).isEmpty();
        assertThat(labels.accuracy(V1)).isEqualTo(new Share(1, 2));
    }

    @Test
    void aSecondAnswerOrLabelOfAWaitingIdChangesNothing() {
        labels.answered(V1, "a", "x");
        labels.answered(V2, "a", "y");
        labels.labelled("a", "x");
        labels.labelled("b", "x");
        labels.labelled("b", "y");
        labels.answered(V1, "b", "x");
        assertThat(labels.accuracy(V1)).isEqualTo(new Share(2, 2));
        assertThat(labels.accuracy(V2).total()).isZero();
        assertThat(labels.duplicates()).isEqualTo(2);
    }

    @Test
    void whatWaitsTooLongOrIsTooMuchIsGivenUpOldestFirst() {
        labels.answered(V1, "old", "x");
        time.advance(Duration.ofDays(7).plusSeconds(1));
        assertThat(labels.waiting()).isZero();
        labels.labelled("old", "x");
        assertThat(labels.accuracy(V1).total()).as("too late").isZero();
        for (int i = 0; i < 1000; i++) {
            labels.answered(V1, "call-" + i, "x");
        }
        assertThat(labels.waiting()).isEqualTo(1000);
        assertThat(labels.givenUp()).as("the answer, and the label for it").isEqualTo(2);
        labels.labelled("call-0", "x");
        assertThat(labels.accuracy(V1)).isEqualTo(new Share(1, 1));
    }

    @Test
    void aClockThatGoesBackLosesNothing() {
        labels.answered(V1, "a", "x");
        time.set(FakeTime.START.minus(Duration.ofDays(30)));
        labels.answered(V1, "b", "x");
        labels.labelled("a", "x");
        labels.labelled("b", "x");
        assertThat(labels.accuracy(V1)).isEqualTo(new Share(2, 2));
    }

    @Test
    void aForgottenVersionLeavesNothing() {
        labels.answered(V1, "a", "x");
        labels.labelled("a", "x");
        labels.answered(V1, "b", "x");
        labels.answered(V2, "c", "x");
        labels.forget(V1);
        assertThat(labels.accuracy(V1).total()).isZero();
        assertThat(labels.waiting()).isEqualTo(1);
        assertThat(labels.takeFresh()).isEmpty();
    }

    @Test
    void aCapacityIsNeeded() {
        assertThatThrownBy(() -> new LabelJoin(time, 0, Duration.ofDays(1)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(0)");
    }
}
