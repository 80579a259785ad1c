package dev.tinydancer.router.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class AgentTypeTest {

    @ParameterizedTest
    @EnumSource
    void fromSqlName_everyType(AgentType type) {
        assertThat(AgentType.fromSqlName(type.sqlName())).isSameAs(type);
    }

    @Test
    void fromSqlName_unknown() {
        assertThatThrownBy(() -> AgentType.fromSqlName("LLM"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("unknown agent_type \"LLM\", valid are llm, tool, api, human, ensemble");
    }
}
