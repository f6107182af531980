package io.edgeai.core.lifecycle;

import static io.edgeai.core.model.Stage.ACTIVE;
import static io.edgeai.core.model.Stage.CANARY;
import static io.edgeai.core.model.Stage.DEGRADED;
import static io.edgeai.core.model.Stage.ERASED;
import static io.edgeai.core.model.Stage.QUARANTINED;
import static io.edgeai.core.model.Stage.REGISTERED;
import static io.edgeai.core.model.Stage.REJECTED;
import static io.edgeai.core.model.Stage.RETIRED;
import static io.edgeai.core.model.Stage.ROLLED_BACK;
import static io.edgeai.core.model.Stage.SHADOW;
import static io.edgeai.core.model.Stage.STAGED;
import static io.edgeai.core.model.Stage.SUPERSEDED;
import static io.edgeai.core.model.Stage.VALIDATED;
import static io.edgeai.core.model.Stage.VALIDATING;

import io.edgeai.core.model.Stage;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which move leads from which stage to which; what is not listed is refused. */
public final class LifecycleTable {
    private static final Map<Move, Map<Stage, Stage>> TABLE = new Rows()
            .row(Move.VALIDATE, VALIDATING, REGISTERED, VALIDATING, VALIDATED, REJECTED)
            .row(Move.ACCEPT, VALIDATED, VALIDATING)
            .row(Move.REJECT, REJECTED, VALIDATING)
            .row(Move.STAGE, STAGED, VALIDATED, SHADOW, SUPERSEDED, ROLLED_BACK)
            .row(Move.SHADOW, SHADOW, VALIDATED, STAGED, SUPERSEDED, ROLLED_BACK)
            .row(Move.CANARY, CANARY, VALIDATED, STAGED, SHADOW, CANARY, SUPERSEDED, ROLLED_BACK)
            .row(Move.PROMOTE, ACTIVE, VALIDATED, STAGED, SHADOW, CANARY, SUPERSEDED, ROLLED_BACK)
            .row(Move.SUPERSEDE, SUPERSEDED, ACTIVE, DEGRADED)
            .row(Move.DEGRADE, DEGRADED, ACTIVE)
            .row(Move.RECOVER, ACTIVE, DEGRADED)
            .row(Move.ROLL_BACK, ROLLED_BACK, ACTIVE, DEGRADED, CANARY)
            .row(Move.WITHDRAW, VALIDATED, STAGED, SHADOW, SUPERSEDED, ROLLED_BACK)
            .row(Move.RETIRE, RETIRED, REGISTERED, VALIDATED, REJECTED, STAGED, SUPERSEDED, ROLLED_BACK, QUARANTINED)
            .row(Move.ERASE, ERASED, RETIRED)
            .row(Move.QUARANTINE, QUARANTINED, EnumSet.complementOf(EnumSet.of(ERASED, QUARANTINED)))
            .row(Move.RELEASE, REGISTERED, QUARANTINED)
            .table;

    private LifecycleTable() {}

    /** The stage that a move leads to; empty where it is not allowed. */
    public static Optional<Stage> after(Stage from, Move move) {
        return Optional.ofNullable(row(move).get(from));
    }

    /** The stages that a move may start from. */
    public static Set<Stage> from(Move move) {
        return row(move).keySet();
    }

    private static Map<Stage, Stage> row(Move move) {
        return TABLE.getOrDefault(move, Map.of());
    }

    private static final class Rows {
        private final Map<Move, Map<Stage, Stage>> table = new EnumMap<>(Move.class);

        Rows row(Move move, Stage to, Stage first, Stage... more) {
            return row(move, to, EnumSet.of(first, more));
        }

        Rows row(Move move, Stage to, Set<Stage> from) {
            Map<Stage, Stage> row = new EnumMap<>(Stage.class);
            from.forEach(stage -> row.put(stage, to));
            table.put(move, Collections.unmodifiableMap(row));
            return this;
        }
    }
}
