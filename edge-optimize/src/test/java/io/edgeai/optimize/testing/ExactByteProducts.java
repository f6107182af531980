package io.edgeai.optimize.testing;

import io.edgeai.optimize.quantize.SaturationProbe;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Holds weights of 8 bits to what their arithmetic says, which the engine keeps only where the processor sums products of bytes
 * exactly: x86 with VNNI, ARM. Skipped, visibly, elsewhere, where models take weights of 7 bits.
 */
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(ExactByteProducts.Condition.class)
public @interface ExactByteProducts {
    /** Asks the engine once. */
    final class Condition implements ExecutionCondition {
        private static final class Asked {
            static final boolean SATURATES = SaturationProbe.saturates(Ort.runtime());
        }

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            return Asked.SATURATES
                    ? ConditionEvaluationResult.disabled(
                            "Sums of products of bytes saturate on this processor (no VNNI).")
                    : ConditionEvaluationResult.enabled("Sums of products of bytes are exact on this processor.");
        }
    }
}
