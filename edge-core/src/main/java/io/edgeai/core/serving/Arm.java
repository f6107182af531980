package io.edgeai.core.serving;

import io.edgeai.core.model.VersionRef;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.spi.InferenceListener;
import java.util.concurrent.atomic.LongAdder;

/** A version that serves: its session, who listens, how often it answered. */
final class Arm {
    final VersionRef version;
    final InferenceSession session;
    final InferenceListener listener;
    final LongAdder answered = new LongAdder();
    final LongAdder failed = new LongAdder();

    Arm(VersionRef version, InferenceSession session, InferenceListener listener) {
        this.version = version;
        this.session = session;
        this.listener = listener;
    }
}
