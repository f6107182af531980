package io.edgeai.federated;

import io.edgeai.core.error.InvalidInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Gives everybody a number that stays the same over a run and its resumption. Not thread-safe. */
final class Members {
    private static final float[][] NONE = {};

    private final List<String> ids = new ArrayList<>();
    private final List<Integer> samples = new ArrayList<>();
    private final Map<String, Integer> numbers = new HashMap<>();
    private final List<@Nullable FederatedParticipant> participants = new ArrayList<>();
    private final Map<String, float[][]> memories = new HashMap<>();

    /** Numbers that an earlier process gave. */
    void remember(String id, int held) {
        numbers.put(id, ids.size());
        ids.add(id);
        samples.add(held);
        participants.add(null);
    }

    /** One that an earlier process met, if it has no number yet. */
    void meet(String id, int held) {
        if (!numbers.containsKey(id)) {
            remember(id, held);
        }
    }

    /** What a participant that was not met yet in this process remembers by now. */
    void remember(String id, float[][] memory) {
        memories.put(id, memory);
    }

    /** What it remembers; of one that was not met in this process, what it did. */
    float[][] memory(int number) {
        FederatedParticipant participant = participants.get(number);
        return participant == null ? memory(id(number)) : participant.memory();
    }

    /** Takes note of who is there now. */
    void refresh(List<FederatedParticipant> now) {
        for (FederatedParticipant participant : now) {
            Integer number = numbers.get(participant.id());
            if (number == null) {
                remember(participant.id(), participant.samples());
                number = ids.size() - 1;
            }
            samples.set(number, participant.samples());
            if (participants.set(number, participant) == null) {
                participant.remember(memory(participant.id()));
                memories.remove(participant.id());
            }
        }
    }

    private float[][] memory(String id) {
        return memories.getOrDefault(id, NONE);
    }

    /** Whoever took part in an earlier process only shall hear of the end too. */
    void expectAll(Population population) {
        for (int i = 0; i < size(); i++) {
            if (participants.get(i) == null) {
                var unused = population.expect(ids.get(i), samples.get(i));
            }
        }
    }

    int size() {
        return ids.size();
    }

    String id(int number) {
        return ids.get(number);
    }

    int number(String id) {
        Integer number = numbers.get(id);
        if (number == null) {
            throw new InvalidInputException("Participant (" + id + ") is not known.");
        }
        return number;
    }

    /** Null for one that was there in an earlier process only. */
    @Nullable
    FederatedParticipant find(int number) {
        return participants.get(number);
    }

    int samples(int number) {
        return samples.get(number);
    }

    /** Numbers of those that could be asked, ascending. */
    int[] available() {
        int[] found = new int[size()];
        int count = 0;
        for (int i = 0; i < found.length; i++) {
            FederatedParticipant participant = participants.get(i);
            if (participant != null && participant.available()) {
                found[count++] = i;
            }
        }
        return Arrays.copyOf(found, count);
    }

    /** Median over everybody known. */
    double medianSamples() {
        int[] sizes = samples.stream().mapToInt(Integer::intValue).sorted().toArray();
        return sizes.length == 0 ? 0 : (sizes[(sizes.length - 1) / 2] + (double) sizes[sizes.length / 2]) / 2;
    }
}
