/**
 * What makes a history tamper-evident: {@link io.edgeai.core.audit.Fields} turns entries into bytes without ambiguity, and
 * signed {@link io.edgeai.core.audit.Checkpoint}s fix the state of the chain at a moment. Knows no registry, so that an
 * auditor can recompute it from an export alone.
 */
@NullMarked
package io.edgeai.core.audit;

import org.jspecify.annotations.NullMarked;
