package io.edgeai.federated.secagg;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/** Participants in a random ring, each with the nearest on both sides as neighbours; complete where there are few. */
final class NeighbourGraph {
    private final Map<Integer, List<Integer>> neighbours = new HashMap<>();

    NeighbourGraph(Collection<Integer> participants, int degree, Random random) {
        List<Integer> ring = new ArrayList<>(participants);
        Collections.sort(ring);
        Collections.shuffle(ring, random);
        int n = ring.size();
        for (int i = 0; i < n; i++) {
            List<Integer> own = new ArrayList<>();
            if (degree >= n - 1) {
                own.addAll(ring);
                own.remove(i);
            } else {
                for (int distance = 1; distance <= degree / 2; distance++) {
                    own.add(ring.get((i + distance) % n));
                    own.add(ring.get((i - distance + n) % n));
                }
            }
            neighbours.put(ring.get(i), List.copyOf(own));
        }
    }

    List<Integer> of(int participant) {
        return Objects.requireNonNull(neighbours.get(participant));
    }
}
