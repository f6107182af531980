package io.edgeai.core.registry;

import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.lifecycle.LifecycleTable;
import io.edgeai.core.lifecycle.Move;
import io.edgeai.core.model.Stage;
import java.util.List;

/** Asks the table whether a move is allowed, and says what to do instead where it is not. */
final class Transitions {
    private Transitions() {}

    /**
     * The stage that a move leads to.
     *
     * @param environment where; a move that concerns the version in all of them must be allowed in each
     * @param all holds other versions that the move might have meant, for the message
     */
    static Stage after(Entry entry, String environment, Move move, Snapshot all) {
        Stage from = entry.stage(environment);
        if (!move.inEnvironment()) {
            from = entry.standing().base();
            for (Deployment deployment : entry.standing().deployments().values()) {
                from = deployment.stage();
                if (LifecycleTable.after(from, move).isEmpty()) {
                    break;
                }
            }
        }
        Stage now = from;
        return LifecycleTable.after(now, move)
                .orElseThrow(() -> refused(
                        entry,
                        environment,
                        now,
                        move,
                        all.entries(entry.ref().model().name())));
    }

    private static LifecycleException refused(
            Entry entry, String environment, Stage from, Move move, List<Entry> others) {
        String where = from.deployed() && !environment.equals(EdgeModelRegistry.DEFAULT_ENVIRONMENT)
                ? " in environment (" + environment + ")"
                : "";
        return new LifecycleException("Version (" + entry.ref() + ") is (" + from + ")" + where + " and cannot be "
                + move.participle() + "; that needs " + LifecycleTable.from(move) + ". Maybe "
                + repair(from, move, others) + ".");
    }

    private static String repair(Stage from, Move move, List<Entry> others) {
        List<Entry> able = others.stream()
                .filter(other -> other.stage() == Stage.REGISTERED
                        || LifecycleTable.after(other.stage(), move).isPresent())
                .toList();
        if (!able.isEmpty()) {
            return "use one of " + Snapshot.refs(able);
        }
        return switch (from) {
            case REGISTERED -> move == Move.ERASE ? "retire it first" : "validate it first";
            case VALIDATING -> "wait for the verdict, or validate it again if its validation died";
            case REJECTED -> "see the evidence in the audit and register a repaired version";
            case ACTIVE, DEGRADED -> "promote another version first";
            case CANARY -> "roll the canary back first";
            case SHADOW -> "withdraw it first";
            case RETIRED, ERASED -> "register it again as a new version";
            case QUARANTINED -> "release it first, or retire it";
            case VALIDATED, STAGED, SUPERSEDED, ROLLED_BACK ->
                move == Move.ERASE ? "retire it first" : "promote it first";
        };
    }
}
