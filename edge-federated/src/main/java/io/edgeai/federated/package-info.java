/**
 * Rounds of learning where the data stays: a coordinator sends parameters to participants, which train on what they hold and send parameters back. Start with {@link io.edgeai.federated.FederatedCoordinator}; participants here live in the same process, and there is neither a network transport nor any privacy mechanism in this version.
 */
@NullMarked
package io.edgeai.federated;

import org.jspecify.annotations.NullMarked;
