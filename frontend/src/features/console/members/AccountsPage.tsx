/** All accounts of the site, for its owner: who can sign in, where they are signed in, and what to do when that is to end. */
import { Button, TextInput } from "@mantine/core";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { getAccounts, putAccount, resetSecondFactor, signOutAccount, type Account } from "../../../api/members";
import { Confirm } from "../Confirm";
import { count, moment, plural } from "../format";
import { Empty, Page, Panel, Problem } from "../parts";
import { Scroll } from "../Scroll";

const PAGE = 200;

export function AccountsPage({ me }: { me: number }) {
  const [name, setName] = useState("");
  const accounts = useInfiniteQuery({
    queryKey: ["accounts", name],
    queryFn: ({ pageParam }) => getAccounts(name, pageParam),
    initialPageParam: "",
    getNextPageParam: (last) => (last.length === PAGE ? last.at(-1)!.username : undefined),
  });
  const rows = accounts.data?.pages.flat();
  return (
    <Page title="Accounts" lead="Everybody who signs in by themselves. People who came in by a study are not among them.">
      <Panel title="Everybody" aside={rows && plural(rows.length, "account")}>
        <div className="form">
          <TextInput label="Name contains" value={name} onChange={({ target }) => setName(target.value)} maxLength={150} />
        </div>
        {accounts.isError && <Problem error={accounts.error} what="This could not be fetched." retry={() => void accounts.refetch()} />}
        {rows && (rows.length > 0 ? <Table accounts={rows} me={me} /> : <Empty>There is no such account.</Empty>)}
        {accounts.hasNextPage && (
          <Button loading={accounts.isFetchingNextPage} onClick={() => void accounts.fetchNextPage()}>
            More
          </Button>
        )}
      </Panel>
    </Page>
  );
}

function Table({ accounts, me }: { accounts: Account[]; me: number }) {
  return (
    <Scroll label="Accounts">
      <table className="rows">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">State</th>
            <th scope="col">Second factor</th>
            <th scope="col" className="num">
              Projects
            </th>
            <th scope="col" className="num">
              Browsers
            </th>
            <th scope="col" className="num">
              Tokens
            </th>
            <th scope="col">Last sign-in</th>
            <th scope="col">Change</th>
          </tr>
        </thead>
        <tbody>
          {accounts.map((account) => (
            <tr key={account.id}>
              <th scope="row">
                {account.username}
                {account.is_staff && <span className="soft"> owner</span>}
                {account.is_simulated && <span className="soft"> program</span>}
              </th>
              <td>{account.is_active ? "open" : "closed"}</td>
              <td>{account.second_factor ? "yes" : <span className="soft">none</span>}</td>
              <td className="num">{count(account.projects)}</td>
              <td className="num">{count(account.sessions)}</td>
              <td className="num">{count(account.tokens)}</td>
              <td className="nowrap">{account.last_login ? moment(account.last_login) : <span className="soft">never</span>}</td>
              <td>
                <Changes account={account} own={account.id === me} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function Changes({ account: { id, username, is_active, second_factor, sessions, tokens }, own }: { account: Account; own: boolean }) {
  const client = useQueryClient();
  const after = (act: () => Promise<unknown>) => async () => {
    await act();
    await client.invalidateQueries({ queryKey: ["accounts"] });
  };
  return (
    <div className="buttons">
      {!own && (
        <Confirm
          label={`${is_active ? "Close" : "Open"} ${username}`}
          title={`${is_active ? "Close" : "Open"} the account of ${username}?`}
          verb={is_active ? "Close it" : "Open it"}
          act={after(() => putAccount(id, !is_active))}
        >
          <p>{is_active ? "They are signed out everywhere, and cannot sign in. What they did stays." : "They can sign in again."}</p>
        </Confirm>
      )}
      {(sessions > 0 || tokens > 0) && (
        <Confirm label={`Sign out ${username}`} title={`Sign ${username} out everywhere?`} verb="Sign out" act={after(() => signOutAccount(id))}>
          <p>Every browser of theirs is signed out, and the tokens of their programs end.</p>
        </Confirm>
      )}
      {second_factor && (
        <Confirm
          label={`Reset the second factor of ${username}`}
          title={`Reset the second factor of ${username}?`}
          verb="Reset it"
          act={after(() => resetSecondFactor(id))}
        >
          <p>For somebody who has lost it. They are signed out, and sign in by password alone until they have set up another.</p>
        </Confirm>
      )}
    </div>
  );
}
