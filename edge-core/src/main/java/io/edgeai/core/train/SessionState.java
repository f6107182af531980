package io.edgeai.core.train;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.runtime.StateTensor;
import io.edgeai.core.runtime.StatefulSession;
import java.nio.FloatBuffer;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A training session's state as vectors by name. */
final class SessionState {
    private final StatefulSession session;
    private final List<String> names;

    /** The carried state of a session and, by name, further state that it holds. */
    SessionState(StatefulSession session, String... others) {
        this.session = session;
        Collection<String> more = List.of(others);
        this.names = session.states().stream()
                .filter(state -> !state.input().isEmpty() && !state.output().isEmpty() || more.contains(state.name()))
                .map(StateTensor::name)
                .toList();
    }

    Map<String, float[]> read() {
        Map<String, float[]> vectors = new LinkedHashMap<>();
        names.forEach(name -> vectors.put(name, session.read(name)));
        return vectors;
    }

    void write(Map<String, float[]> vectors) {
        for (String name : names) {
            session.write(name, find(vectors, name));
        }
    }

    static float[] find(Map<String, float[]> vectors, String name) {
        float[] values = vectors.get(name);
        if (values == null) {
            throw new InvalidInputException("The state has no vector (" + name + ") among " + vectors.keySet()
                    + ". Maybe it was saved by another optimizer.");
        }
        return values;
    }

    /** Where the session writes the loss of each run. */
    static FloatBuffer loss(StatefulSession session) {
        Tensor kept = session.view(GradientGraph.LOSS);
        return kept.buffer().asFloatBuffer();
    }
}
