package io.edgeai.core.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
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
}
