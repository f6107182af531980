/**
 * An append-only file of checked records that survives the death of its process. It knows nothing of rounds: what records
 * mean is up to whoever writes them.
 */
@NullMarked
package io.edgeai.federated.journal;

import org.jspecify.annotations.NullMarked;
