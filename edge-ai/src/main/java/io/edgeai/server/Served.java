package io.edgeai.server;

import io.edgeai.core.model.VersionRef;
import io.edgeai.core.rollout.TrafficSplit;
import io.edgeai.core.serving.ModelEndpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The endpoints of one model. Immutable.
 *
 * @param named answers requests that name no version
 * @param owned whether {@code named} is the server's to close
 * @param pinned each answers requests that name its version
 */
record Served(Optional<ModelEndpoint> named, boolean owned, SortedMap<Integer, ModelEndpoint> pinned) {
    static final Served NOTHING = new Served(Optional.empty(), true, new TreeMap<>());

    Served named(ModelEndpoint endpoint, boolean isOwned) {
        return new Served(Optional.of(endpoint), isOwned, pinned);
    }

    Served pinned(int number, ModelEndpoint endpoint) {
        SortedMap<Integer, ModelEndpoint> more = new TreeMap<>(pinned);
        more.put(number, endpoint);
        return new Served(named, owned, more);
    }

    Served without(int number) {
        SortedMap<Integer, ModelEndpoint> fewer = new TreeMap<>(pinned);
        fewer.remove(number);
        return new Served(named, owned, fewer);
    }

    boolean empty() {
        return named.isEmpty() && pinned.isEmpty();
    }

    /** What answers a request that names no version: {@code named}, or else the highest pinned one. */
    ModelEndpoint any() {
        return named.orElseGet(() -> pinned.get(pinned.lastKey()));
    }

    /** Versions that answer, by number, ascending. */
    List<Integer> numbers() {
        TreeSet<Integer> numbers = new TreeSet<>(pinned.keySet());
        named.filter(endpoint -> !endpoint.closed()).ifPresent(endpoint -> {
            for (TrafficSplit.Arm arm : endpoint.split().arms()) {
                numbers.add(arm.version().number());
            }
        });
        return new ArrayList<>(numbers);
    }

    /** The version that answers all requests of an endpoint, where there is only one. */
    static Optional<VersionRef> only(ModelEndpoint endpoint) {
        List<TrafficSplit.Arm> arms = endpoint.split().arms();
        return arms.size() == 1 ? Optional.of(arms.get(0).version()) : Optional.empty();
    }

    List<ModelEndpoint> toClose() {
        List<ModelEndpoint> ours = new ArrayList<>(pinned.values());
        if (owned) {
            named.ifPresent(ours::add);
        }
        return ours;
    }
}
