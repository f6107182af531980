package io.edgeai.core.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BacklogTest {
    private final Backlog backlog = new Backlog(1000);

    private Request<?> add(long since, Priority priority) {
        Request<?> request = new SampleRequest(new float[0], since, priority);
        assertThat(backlog.offer(request)).isTrue();
        return request;
    }

    private List<Request<?>> drain(int most) {
        List<Request<?>> drained = new ArrayList<>();
        backlog.drain(drained, most);
        return drained;
    }

    @Test
    void higherPriorityGoesFirstAndEachFourthPlaceToWhoWaitedLongest() {
        Request<?> low = add(0, Priority.LOW);
        Request<?> normal = add(1, Priority.NORMAL);
        Request<?>[] high = new Request<?>[5];
        for (int i = 0; i < high.length; i++) {
            high[i] = add(2 + i, Priority.HIGH);
        }
        assertThat(drain(7)).containsExactly(high[0], high[1], high[2], low, high[3], high[4], normal);
    }

    @Test
    void aStreamOfHighPriorityDoesNotStarveTheLow() {
        List<Request<?>> low = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            low.add(add(i, Priority.LOW));
        }
        List<Request<?>> served = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            add(100 + i, Priority.HIGH);
            served.addAll(drain(1));
        }
        assertThat(served).as("one in four of 200").containsAll(low);
    }

    @Test
    void putBackKeepsTheOrderOfArrivalWhateverTheOrderOfReturn() {
        for (int i = 0; i < 6; i++) {
            add(i, Priority.NORMAL);
        }
        List<Request<?>> taken = drain(4);
        backlog.putBack(taken.get(2));
        backlog.putBack(taken.get(0));
        backlog.putBack(taken.get(3));
        backlog.putBack(taken.get(1));
        assertThat(backlog.oldest()).isZero();
        assertThat(drain(6)).extracting(request -> request.since).containsExactly(0L, 1L, 2L, 3L, 4L, 5L);
    }

    @Test
    void aFullBacklogRefusesUntilSomebodyLeaves() {
        Backlog two = new Backlog(2);
        Request<?> first = new SampleRequest(new float[0], 0);
        assertThat(two.offer(first)).isTrue();
        assertThat(two.offer(new SampleRequest(new float[0], 1))).isTrue();
        assertThat(two.offer(new SampleRequest(new float[0], 2))).isFalse();
        assertThat(two.remove(first)).isTrue();
        assertThat(two.remove(first)).as("already gone").isFalse();
        assertThat(two.offer(new SampleRequest(new float[0], 3))).isTrue();
        assertThat(two.size()).isEqualTo(2);
    }

    /** Whatever is done, sizes and the longest wait are those of a plain list. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void agreesWithAPlainListUnderRandomUse(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Priority> levels = List.of(Priority.HIGH, Priority.NORMAL, Priority.LOW);
        List<Request<?>> model = new ArrayList<>();
        for (int step = 0; step < 2000; step++) {
            switch (random.nextInt(4)) {
                case 0, 1 -> model.add(add(step, levels.get(random.nextInt(3))));
                case 2 -> {
                    List<Request<?>> drained = drain(random.nextInt(3));
                    assertThat(model).as("seed " + seed).containsAll(drained);
                    model.removeAll(drained);
                }
                default -> {
                    if (!model.isEmpty()) {
                        Request<?> leaver = model.remove(random.nextInt(model.size()));
                        assertThat(backlog.remove(leaver)).as("seed " + seed).isTrue();
                    }
                }
            }
            assertThat(backlog.size()).as("seed " + seed).isEqualTo(model.size());
            model.stream()
                    .min(Comparator.comparingLong(request -> request.since))
                    .ifPresent(longest ->
                            assertThat(backlog.oldest()).as("seed " + seed).isEqualTo(longest.since));
        }
        assertThat(drain(2000)).as("seed " + seed).containsExactlyInAnyOrderElementsOf(model);
    }
}
