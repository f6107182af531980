package io.edgeai.core.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

class ErrorsTest {
    private static final List<BiFunction<String, Throwable, EdgeException>> LATER_MAY_SUCCEED = List.of(
            InferenceTimeoutException::new,
            OverloadedException::new,
            QuorumNotReachedException::new,
            RemoteUnavailableException::new);

    private static final List<BiFunction<String, Throwable, EdgeException>> NEVER_BY_ITSELF = List.of(
            EdgeException::new,
            ModelNotFoundException::new,
            ModelFormatException::new,
            ModelIntegrityException::new,
            RuntimeUnavailableException::new,
            InvalidInputException::new,
            InferenceException::new,
            NoFeasiblePlacementException::new,
            UnsupportedOperatorException::new,
            PrivacyBudgetExceededException::new,
            StorageException::new,
            LifecycleException::new,
            TrainingDivergedException::new,
            OperationCancelledException::new);

    @Test
    void onlyTimeoutsOverloadQuorumAndReachAreWorthRetrying() {
        assertThat(LATER_MAY_SUCCEED).allMatch(make -> make.apply("m", null).retriable());
        assertThat(NEVER_BY_ITSELF).noneMatch(make -> make.apply("m", null).retriable());
    }

    @Test
    void messageAndCauseAreKept() {
        Exception cause = new Exception("why");

        for (BiFunction<String, Throwable, EdgeException> make : NEVER_BY_ITSELF) {
            assertThat(make.apply("what", cause)).hasMessage("what").hasCause(cause);
        }
    }

    @Test
    void aRefusalTellsWhyOnlyWhenAskedAndTakesNoStackTrace() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        OverloadedException refusal = OverloadedException.refusal(() -> "asked " + asked.incrementAndGet());

        assertThat(asked).hasValue(0);
        assertThat(refusal.retriable()).isTrue();
        assertThat(refusal.getStackTrace()).isEmpty();
        assertThat(new OverloadedException("m").getStackTrace()).isNotEmpty();
        assertThat(refusal).hasMessage("asked 1").hasNoCause();
        assertThat(refusal.toString()).endsWith("OverloadedException: asked 2");
        assertThat(written(refusal)).isInstanceOf(OverloadedException.class).hasMessage("asked 3");
        assertThat(written(new OverloadedException("m", refusal)))
                .hasMessage("m")
                .cause()
                .hasMessage("asked 4");
    }

    private static Throwable written(Throwable error) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(error);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            return (Throwable) in.readObject();
        }
    }
}
