package io.edgeai.core.validation;

import io.edgeai.core.format.ModelInspector;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.TensorSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The recorded inputs and outputs must be those that the bytes state; a format that states none passes.
 */
final class SignatureGate implements ValidationGate {
    @Override
    public String name() {
        return "signature";
    }

    @Override
    public GateResult check(Candidate candidate) {
        Signature recorded = candidate.version().signature();
        Signature stated = ModelInspector.inspect(candidate.file()).signature();
        if (!recorded.equals(Signature.UNKNOWN) && !stated.equals(Signature.UNKNOWN)) {
            String problem = problem(recorded.inputs(), stated.inputs());
            if (problem == null) {
                problem = problem(recorded.outputs(), stated.outputs());
            }
            if (problem != null) {
                return GateResult.failed(
                        name(),
                        "The record and the bytes do not agree: " + problem
                                + ". Maybe register the model again without stating a signature.");
            }
        }
        return GateResult.passed(
                name(),
                recorded.inputs().size() + " inputs, " + recorded.outputs().size() + " outputs as stated.");
    }

    /** What hinders a caller of {@code wanted} from calling {@code there}; null where nothing does. */
    static @Nullable String problem(List<TensorSpec> wanted, List<TensorSpec> there) {
        Map<String, TensorSpec> byName = new HashMap<>();
        there.forEach(spec -> byName.put(spec.name(), spec));
        for (TensorSpec spec : wanted) {
            TensorSpec found = byName.remove(spec.name());
            if (found == null) {
                return "(" + spec.name() + ") is missing";
            }
            if (found.type() != spec.type() || !compatible(spec.shape(), found.shape())) {
                return "(" + spec + ") is (" + found + ")";
            }
        }
        return byName.isEmpty() ? null : "(" + byName.keySet().iterator().next() + ") is new";
    }

    /** A dimension that is not known goes with every other. */
    private static boolean compatible(List<Dim> wanted, List<Dim> there) {
        if (wanted.size() != there.size()) {
            return false;
        }
        for (int i = 0; i < wanted.size(); i++) {
            Dim a = wanted.get(i);
            Dim b = there.get(i);
            if (a.known() && b.known() && a.size() != b.size()) {
                return false;
            }
        }
        return true;
    }
}
