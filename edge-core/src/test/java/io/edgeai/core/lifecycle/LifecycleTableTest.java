package io.edgeai.core.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.PermissionDeniedException;
import io.edgeai.core.model.ModelId;
import io.edgeai.core.model.Stage;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class LifecycleTableTest {
    /** The specification stage by stage, the other way round than the table has it. */
    private static final List<String> SPECIFICATION = List.of(
            "REGISTERED: VALIDATE>VALIDATING RETIRE>RETIRED QUARANTINE>QUARANTINED",
            "VALIDATING: VALIDATE>VALIDATING ACCEPT>VALIDATED REJECT>REJECTED QUARANTINE>QUARANTINED",
            "VALIDATED: VALIDATE>VALIDATING STAGE>STAGED SHADOW>SHADOW CANARY>CANARY PROMOTE>ACTIVE RETIRE>RETIRED"
                    + " QUARANTINE>QUARANTINED",
            "REJECTED: VALIDATE>VALIDATING RETIRE>RETIRED QUARANTINE>QUARANTINED",
            "STAGED: SHADOW>SHADOW CANARY>CANARY PROMOTE>ACTIVE WITHDRAW>VALIDATED RETIRE>RETIRED"
                    + " QUARANTINE>QUARANTINED",
            "SHADOW: STAGE>STAGED CANARY>CANARY PROMOTE>ACTIVE WITHDRAW>VALIDATED QUARANTINE>QUARANTINED",
            "CANARY: CANARY>CANARY PROMOTE>ACTIVE ROLL_BACK>ROLLED_BACK QUARANTINE>QUARANTINED",
            "ACTIVE: SUPERSEDE>SUPERSEDED DEGRADE>DEGRADED ROLL_BACK>ROLLED_BACK QUARANTINE>QUARANTINED",
            "DEGRADED: SUPERSEDE>SUPERSEDED RECOVER>ACTIVE ROLL_BACK>ROLLED_BACK QUARANTINE>QUARANTINED",
            "SUPERSEDED: STAGE>STAGED SHADOW>SHADOW CANARY>CANARY PROMOTE>ACTIVE WITHDRAW>VALIDATED RETIRE>RETIRED"
                    + " QUARANTINE>QUARANTINED",
            "ROLLED_BACK: STAGE>STAGED SHADOW>SHADOW CANARY>CANARY PROMOTE>ACTIVE WITHDRAW>VALIDATED RETIRE>RETIRED"
                    + " QUARANTINE>QUARANTINED",
            "RETIRED: ERASE>ERASED QUARANTINE>QUARANTINED",
            "ERASED:",
            "QUARANTINED: RETIRE>RETIRED RELEASE>REGISTERED");

    @Test
    void theTableIsTheSpecification() {
        List<String> table =
                Arrays.stream(Stage.values()).map(LifecycleTableTest::movesOf).toList();
        assertThat(table).containsExactlyInAnyOrderElementsOf(SPECIFICATION);
    }

    private static String movesOf(Stage from) {
        StringBuilder line = new StringBuilder(from + ":");
        for (Move move : Move.values()) {
            LifecycleTable.after(from, move)
                    .ifPresent(to -> line.append(' ').append(move).append('>').append(to));
        }
        return line.toString();
    }

    /** Take the stage VALIDATED away, and nothing that gets requests is left to reach. */
    @Test
    void noPathToTrafficMissesValidation() {
        Set<Stage> reached = reachable(stage -> stage != Stage.VALIDATED);
        assertThat(reached).doesNotContain(Stage.STAGED, Stage.SHADOW, Stage.CANARY, Stage.ACTIVE, Stage.DEGRADED);
        assertThat(reachable(stage -> true))
                .as("and every stage can be reached")
                .isEqualTo(EnumSet.allOf(Stage.class));
    }

    private static Set<Stage> reachable(Predicate<Stage> allowed) {
        Set<Stage> reached = EnumSet.of(Stage.REGISTERED);
        Deque<Stage> open = new ArrayDeque<>(reached);
        while (!open.isEmpty()) {
            Stage from = open.pop();
            for (Move move : Move.values()) {
                LifecycleTable.after(from, move)
                        .filter(allowed)
                        .filter(reached::add)
                        .ifPresent(open::push);
            }
        }
        return reached;
    }

    @Test
    void onlyMovesInAnEnvironmentLeadToDeployedStages() {
        for (Move move : Move.values()) {
            Set<Boolean> deployed = new TreeSet<>();
            LifecycleTable.from(move)
                    .forEach(from -> deployed.add(
                            LifecycleTable.after(from, move).orElseThrow().deployed()));
            assertThat(deployed).as(move.name()).containsExactly(move.inEnvironment() && move != Move.WITHDRAW);
        }
    }

    @Test
    void rolesAllowExactlyWhatTheyName() {
        ModelId model = ModelId.of("m");
        AccessPolicy roles = AccessPolicy.roles(Map.of(
                "trainer", Set.of(Permission.REGISTER, Permission.VALIDATE),
                "operator", Set.of(Permission.DEPLOY),
                "guest", Set.of()));
        List<String> allowed = List.of("trainer", "operator", "guest", "stranger").stream()
                .flatMap(actor -> Arrays.stream(Permission.values())
                        .filter(permission -> roles.allows(actor, permission, model))
                        .map(permission -> actor + " " + permission))
                .toList();
        assertThat(allowed).containsExactly("trainer REGISTER", "trainer VALIDATE", "operator DEPLOY");
        assertThatThrownBy(() -> roles.require("trainer", Permission.ERASE, model))
                .isInstanceOf(PermissionDeniedException.class)
                .hasMessageContaining("(trainer)")
                .hasMessageContaining("(ERASE)")
                .hasMessageContaining("(m)")
                .hasMessageContaining("Maybe");
    }
}
