package io.edgeai.core.registry;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.model.VersionRef;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The check of histories finds what it is there to find. */
class OneHistoryTest {
    private static final String BEGIN = "VALIDATED,VALIDATED,VALIDATED";
    private static final String AFTER_ONE = "ACTIVE,VALIDATED,VALIDATED";
    private static final String AFTER_TWO = "SUPERSEDED,ACTIVE,VALIDATED";

    private final SharedCall one = call("one", "promote", 1, 10, 20, "1");
    private final SharedCall two = call("two", "promote", 2, 30, 40, "2");

    private static SharedCall call(String actor, String kind, int number, long start, long end, String outcome) {
        return new SharedCall(actor, kind, "m0", number, start, end, outcome);
    }

    private static SharedCall read(long start, long end, String outcome) {
        return call("reader", "read", 1, start, end, outcome);
    }

    /** An audit with one entry for each actor. */
    private static void check(List<SharedCall> calls, String... actors) {
        List<AuditEntry> audit = new ArrayList<>();
        for (String actor : actors) {
            audit.add(new AuditEntry(
                    audit.size() + 1,
                    Instant.EPOCH,
                    actor,
                    AuditAction.PROMOTED,
                    VersionRef.of("m0", 1),
                    "",
                    "",
                    Optional.empty(),
                    Optional.empty(),
                    "",
                    "",
                    "",
                    ""));
        }
        new OneHistory(calls, audit).check();
    }

    @Test
    void callsThatOverlapMayHaveEitherAnswer() {
        SharedCall beside = call("two", "promote", 2, 15, 40, "2");
        for (String seen : List.of(BEGIN, AFTER_ONE, AFTER_TWO)) {
            assertThatCode(() -> check(List.of(one, beside, read(12, 35, seen)), "one", "two"))
                    .doesNotThrowAnyException();
        }
        assertThatCode(() -> check(List.of(beside, call("one", "promote", 1, 10, 20, "1")), "two", "one"))
                .doesNotThrowAnyException();
    }

    @Test
    void anOrderAgainstTheClockIsFound() {
        assertThatThrownBy(() -> check(List.of(one, two), "two", "one"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("recorded before it");
    }

    @Test
    void aReadOfWhatWasNoMoreIsFound() {
        assertThatThrownBy(() -> check(List.of(one, two, read(45, 50, AFTER_ONE)), "one", "two"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("no moment");
    }

    @Test
    void aReadOfWhatWasNotYetIsFound() {
        assertThatThrownBy(() -> check(List.of(one, two, read(22, 25, AFTER_TWO)), "one", "two"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("no moment");
    }

    @Test
    void aRefusalThatNothingExplainsIsFound() {
        SharedCall refused = call("three", "promote", 3, 22, 25, SharedCall.REFUSED);
        assertThatThrownBy(() -> check(List.of(one, two, refused), "one", "two"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("no moment");
    }

    @Test
    void whatWasAcknowledgedButIsNotRecordedIsFound() {
        assertThatThrownBy(() -> check(List.of(one, two), "one"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("acknowledged");
    }

    @Test
    void aWrongAnswerIsFound() {
        SharedCall back = call("three", "rollback", 1, 50, 60, "3");
        assertThatThrownBy(() -> check(List.of(one, two, back), "one", "two", "three"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("rollback");
    }
}
