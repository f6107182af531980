package io.edgeai.federated;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What the published code of FedProx (Li et al. 2020) draws for a round: {@code numpy.random.seed(r − 1)} and ten of thirty by
 * {@code choice}; the same seed again and those of the ten that are quick, by {@code choice}; then, in order of selection, the
 * epochs of each other one by {@code randint(1, 20)}. Averaging leaves the slow ones out.
 *
 * @param selected ten of thirty, in the order drawn
 * @param epochs of each of them, 20 for the quick
 */
record ReferenceRound(int[] selected, Map<Integer, Integer> epochs) {
    private static final int PARTICIPANTS = 30;
    private static final int SELECTED = 10;
    private static final int EPOCHS = 20;

    /** @param round from 1 */
    static ReferenceRound of(int round, double stragglers) {
        int[] selected = new NumpyRandom(round - 1)
                .choice(IntStream.range(0, PARTICIPANTS).toArray(), SELECTED);
        NumpyRandom again = new NumpyRandom(round - 1);
        Set<Integer> quick = new HashSet<>();
        for (int participant : again.choice(selected, (int) Math.round(SELECTED * (1 - stragglers)))) {
            quick.add(participant);
        }
        Map<Integer, Integer> epochs = new HashMap<>();
        for (int participant : selected) {
            epochs.put(participant, quick.contains(participant) ? EPOCHS : again.between(1, EPOCHS));
        }
        return new ReferenceRound(selected, epochs);
    }

    int[] quick() {
        return Arrays.stream(selected)
                .filter(participant -> epochs.get(participant) == EPOCHS)
                .toArray();
    }
}
